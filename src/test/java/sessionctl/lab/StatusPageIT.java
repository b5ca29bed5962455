package sessionctl.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sessionctl.cli.FaultyClusters;
import sessionctl.health.ClusterHealth;
import sessionctl.report.html.StatusHtml;

/** The HTML page of status, as a real browser without a network draws it. */
class StatusPageIT {
    private static final int WIDTH = 1000;
    private static final int HEIGHT = 1300;
    private static final int WRONG = 0xe5484d;
    private static final int RIGHT = 0xb7e0c2;
    private static final int HELD = 0x5b8def;
    private static final int PAPER = 0xffffff;
    private static final int GOOD_BANNER = 0xe3f4e8;
    private static final int BAD_BANNER = 0xfde4e4;
    private static final int DARK_BAD_BANNER = 0x431a1d;
    private static final int DARK_WRONG = 0xd13438;
    private static final int DARK_PAPER = 0x14181d;

    @TempDir
    private Path folder = Path.of("");

    private Path page(ClusterHealth health) throws IOException {
        return Files.writeString(
                folder.resolve("status.html"), new StatusHtml(FaultyClusters.PROVENANCE).of(health, 0));
    }

    /** Runs Chromium without access to any network. */
    private Result chromium(List<String> options, Path page) {
        List<String> words = new ArrayList<>(List.of("unshare", "--net", "chromium"));
        words.addAll(List.of(
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-background-networking",
                "--no-first-run",
                "--disable-component-update",
                "--disable-sync",
                "--hide-scrollbars",
                "--user-data-dir=" + folder.resolve("profile"),
                "--window-size=" + WIDTH + "," + HEIGHT));
        words.addAll(options);
        words.add(page.toUri().toString());
        return new Program(words, Map.of("HOME", folder.toString()), "").await(Duration.ofMinutes(2));
    }

    private BufferedImage drawn(Path page, String... options) throws IOException {
        File picture = folder.resolve("page.png").toFile();
        List<String> all = new ArrayList<>(List.of("--screenshot=" + picture));
        all.addAll(List.of(options));
        Result run = chromium(all, page).exits(0);
        assertThat(picture).as("%s", run).exists();
        return ImageIO.read(picture);
    }

    private static long count(BufferedImage image, int colour) {
        long count = 0;
        for (int x = 0; x < image.getWidth(); x++) {
            for (int y = 0; y < image.getHeight(); y++) {
                count += (image.getRGB(x, y) & 0xffffff) == colour ? 1 : 0;
            }
        }
        return count;
    }

    @Test
    void aHealthyClusterIsDrawnWithoutTheColourOfErrors() throws IOException {
        BufferedImage image = drawn(page(new FaultyClusters().overview()));
        assertThat(image.getRGB(2, 2) & 0xffffff).isEqualTo(PAPER);
        assertThat(count(image, RIGHT)).as("nine open ways").isGreaterThan(9 * 300);
        assertThat(count(image, HELD)).as("nine copies and three bars").isGreaterThan(9 * 150);
        assertThat(count(image, WRONG)).isZero();
        assertThat(count(image, GOOD_BANNER)).as("the banner").isGreaterThan(10_000);
    }

    @Test
    void errorsAreVisibleInTheDarkSchemeToo() throws IOException {
        Path page = page(new FaultyClusters()
                .with(
                        3,
                        a -> a.replacing("copy 00000001 settled\n", "")
                                .with("stats", "bytes 9000000\nlimit_maxbytes 67108864\ncurr_items 9\nevictions 7\n"))
                .overview());
        BufferedImage day = drawn(page);
        assertThat(count(day, WRONG)).isPositive();
        assertThat(count(day, BAD_BANNER)).as("the banner").isGreaterThan(10_000);
        BufferedImage night = drawn(page, "--blink-settings=preferredColorScheme=0");
        assertThat(night.getRGB(2, 2) & 0xffffff).isEqualTo(DARK_PAPER);
        assertThat(count(night, DARK_WRONG)).isPositive();
        assertThat(count(night, DARK_BAD_BANNER)).as("the banner").isGreaterThan(10_000);
    }

    @Test
    void theBrowserShowsEscapedTextAndLoadsNothingElse() throws IOException {
        Path page = page(new FaultyClusters()
                .losing(2, "lamp02 (203.0.113.2): <script>document.title='run'</script> & no answer")
                .overview());
        String dom = chromium(List.of("--dump-dom"), page).exits(0).out();
        assertThat(Pattern.compile("<svg ").matcher(dom).results().count()).isEqualTo(3);
        assertThat(dom)
                .contains("&lt;script&gt;document.title='run'&lt;/script&gt; &amp; no answer")
                .contains("<title>cluster cluster: 3 droplets, 1 problem</title>")
                .doesNotContain("<script", "src=", "href=", "url(", "@import");
        assertThat(Pattern.compile("https?://").matcher(dom).find()).isFalse();
    }
}
