package sessionctl.inventory;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressTest {
    /** Canonical spellings by RFC 5952, sections 1 to 4. */
    @ParameterizedTest
    @CsvSource({
        "2001:0db8:0:0:1:0:0:1, 2001:db8::1:0:0:1",
        "2001:DB8::AaAa, 2001:db8::aaaa",
        "2001:db8:0:1:1:1:1:1, 2001:db8:0:1:1:1:1:1",
        "2001:0:0:1:0:0:0:1, 2001:0:0:1::1",
        "0:0:0:0:0:0:0:0, ::",
        "1::, 1::",
        "::1, ::1",
        "1:2:3:4:5:6:7::, 1:2:3:4:5:6:7:0",
        "64:ff9b::192.0.2.33, 64:ff9b::c000:221",
        "1:2:3:4:5:6:1.2.3.4, 1:2:3:4:5:6:102:304"
    })
    void anIpv6AddressIsWrittenInItsCanonicalForm(String written, String canonical) {
        assertThat(Ipv6.parse(written)).map(Ipv6::toString).hasValue(canonical);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ":",
                ":::",
                "1",
                "1:2:3:4:5:6:7",
                "1:2:3:4:5:6:7:8:9",
                "1::2::3",
                "12345::",
                "g::",
                "::1%eth0",
                "1:2:3:4:5:6:7:8::",
                "::1.2.3",
                "1.2.3.4::",
                "::1.2.3.4:5",
                ":1:2:3:4:5:6:7",
                "1:2:3:4:5:6:7:",
                "::01.2.3.4",
                " ::1",
                "1:2:3:4:5:6:7:1.2.3.4"
            })
    void malformedTextsAreNoIpv6Addresses(String text) {
        assertThat(Ipv6.parse(text)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ".",
                "1",
                "1.2.3",
                "1.2.3.4.5",
                "1.2.3.256",
                "1.2.3.04",
                "1.2.3.",
                ".1.2.3",
                "1..2.3",
                "1.2.3.4 ",
                "0x1.2.3.4",
                "+1.2.3.4",
                "1.2.3.1234",
                "１.2.3.4"
            })
    void malformedTextsAreNoIpv4Addresses(String text) {
        assertThat(Ipv4.parse(text)).isEmpty();
    }

    @Test
    void ipv6AddressesAreReadAsThePlatformReadsThem() {
        IntStream.range(0, 5000).forEach(seed -> {
            List<Integer> groups = groups(new Random(seed));
            String written = groups.stream().map("%04X"::formatted).collect(Collectors.joining(":"));
            Ipv6 address = Ipv6.parse(written).orElseThrow();
            assertThat(address.groups()).isEqualTo(groups);
            assertThat(Ipv6.parse(address.toString())).describedAs(written).hasValue(address);
            assertThat(bytes(address.toString())).describedAs(written).isEqualTo(bytes(written));
        });
    }

    private static List<Integer> groups(RandomGenerator random) {
        return random.ints(8, 0, 0x10000)
                .map(group -> random.nextInt(3) == 0 ? group : 0)
                .boxed()
                .toList();
    }

    private static List<Byte> bytes(String literal) {
        try {
            byte[] bytes = InetAddress.getByName(literal).getAddress();
            return IntStream.range(0, bytes.length).mapToObj(i -> bytes[i]).toList();
        } catch (UnknownHostException e) {
            throw new AssertionError(literal + " " + Arrays.toString(e.getStackTrace()), e);
        }
    }
}
