package sessionctl.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ShortNamesTest {
    @Test
    void aNameThatIsTooLongIsShortenedInTheMiddle() {
        assertThat(ShortNames.of(List.of("lamp01", "web-production-frankfurt-02"), 13))
                .containsExactly("lamp01", "web-pr…urt-02");
    }

    @Test
    void shortenedNamesStayDistinct() {
        // A cut through the middle would make these names equal.
        List<String> names = List.of("shop-a-production-web", "shop-b-production-web", "shop-c-production-web");
        assertThat(ShortNames.of(names, 9)).containsExactly("shop-a…eb", "shop-b…eb", "shop-c…eb");
    }

    @Test
    void namesThatNoCutDistinguishesGetTheirNumber() {
        List<String> names = IntStream.rangeClosed(1, 12)
                .mapToObj(i -> "production-web-" + (char) ('a' + i) + "-frankfurt-on-main")
                .toList();
        List<String> some = ShortNames.of(names, 10);
        assertThat(new HashSet<>(some)).hasSize(12);
        assertThat(some).contains("product…#1", "produc…#12").allMatch(name -> name.length() <= 10);
    }
}
