package sessionctl.guard;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import sessionctl.guard.FakeMemcached.Item;

/** A memcached that other programs use as well: their keys fill nothing, empty nothing and are never touched. */
class GuardForeignKeysTest extends Trio {
    private static final String SID = "0123456789abcdef0123456789";
    private static final String MD5 = "d41d8cd98f00b204e9800998ecf8427e";

    private GuardRun.Result joins() throws IOException, InterruptedException {
        GuardRun.Result result = guard.run("join");
        assertThat(result.exit()).as(result.said()).isZero();
        return result;
    }

    @ParameterizedTest
    @CsvSource({
        SID + ", 1000, true",
        "abcdefghij-klmnopqrst5, 1000, true",
        "short, 1000, false",
        "wp:posts:1, 1000, false",
        "wp:posts:" + MD5 + ", 1000, false",
        "memc.sess.key." + MD5 + ", 1000, false",
        MD5 + ", never, false"
    })
    void onlySessionsAreCopied(String key, String expiry, boolean copied) throws IOException, InterruptedException {
        long until = expiry.equals("never") ? -1 : LATER;
        second.put(key, until, "x");
        third.put(key, until, "x");
        joins();
        assertThat(own.item(key) != null).isEqualTo(copied);
        assertThat(guard.run("whole", "127.98.0.2", "127.98.0.3").exit()).isZero();
        own.forget(key);
        assertThat(guard.run("whole", "127.98.0.2", "127.98.0.3").exit()).isEqualTo(copied ? 1 : 0);
    }

    /** An application may name its sessions itself. PHP's lock lies beside one that is used. */
    @ParameterizedTest
    @ValueSource(strings = {"cron_1", "shop_" + MD5, "\u00e4"})
    void aSessionHasALockBesideIt(String key) throws IOException, InterruptedException {
        second.put(key, LATER, "x").put(key + ".lock", LATER, "0");
        joins();
        assertThat(own.item(key)).extracting(Item::value).isEqualTo("x");
    }

    @ParameterizedTest
    @CsvSource({
        "memcache.session_prefix_static_key = shop_, true",
        "' memcache.session_prefix_static_key=\"shop_\" ; x', true",
        ";memcache.session_prefix_static_key = shop_, false",
        "memcache.session_prefix_static_key = 'sho', false"
    })
    void phpMayPutAPrefixBeforeASession(String line, boolean copied) throws IOException, InterruptedException {
        Path ini = Files.createDirectories(folder.resolve("etc/php/8.2/apache2/conf.d"))
                .resolve("99-x.ini");
        Files.writeString(ini, "[PHP]\n" + line + "\n");
        second.put("shop_" + SID, LATER, "x").put(SID, LATER, "y");
        joins();
        assertThat(own.item("shop_" + SID) != null).isEqualTo(copied);
        assertThat(own.item(SID)).isNotNull();
    }

    @Test
    void theirKeysAreNotDeletedWhenItIsFilledAgain() throws IOException, InterruptedException {
        own.put("wp:posts:1", LATER, "x")
                .put("cron.lock", LATER, "1")
                .set("ended", LATER, "x")
                .set("session.lock", LATER, "1");
        second.set("session", LATER, "x");
        assertThat(guard.run("admit").exit()).isZero();
        assertThat(own.item("wp:posts:1")).isNotNull();
        assertThat(own.item("cron.lock")).isNotNull();
        assertThat(own.get("ended")).isNull();
        assertThat(own.get("session.lock")).isNull();
    }

    /** What all servers hold for others need not fit into one. */
    @Test
    void theyDoNotFillIt() throws IOException, InterruptedException {
        for (FakeMemcached server : new FakeMemcached[] {own, second, third}) {
            server.limit(20_000);
        }
        for (int i = 0; i < 60; i++) {
            second.put("wp:second:" + i, LATER, "x".repeat(200));
            third.put("wp:third:" + i, LATER + 90_000, "x".repeat(200));
            second.set("session" + i, LATER, "x");
            third.set("session" + i, LATER, "x");
        }
        assertThat(joins().said()).contains("open: 60 sessions from 127.98.0.2, 127.98.0.3");
        assertThat(own.items()).isEqualTo(60);
    }

    @Test
    void giveHandsOverSessionsOnly() throws IOException, InterruptedException {
        own.put("wp:own:1", LATER, "x").set("session", LATER, "x");
        GuardRun.Result result = guard.run("give", "127.98.0.2");
        assertThat(result.exit()).as(result.said()).isZero();
        assertThat(result.said()).contains("gave 1 sessions to 127.98.0.2");
        assertThat(second.items()).isEqualTo(1);
    }

    @Test
    void giveStopsWhereThePeerPushesOutOthers() throws IOException, InterruptedException {
        for (int i = 0; i < 350; i++) {
            own.set("session" + i, LATER, "x");
        }
        second.stores(key -> {
            second.evicts(1);
            return "STORED";
        });
        GuardRun.Result result = guard.run("give", "127.98.0.2");
        assertThat(result.exit()).isEqualTo(1);
        assertThat(result.said()).contains("127.98.0.2 pushes out others of its items", "raise memcached.memory");
        assertThat(second.items()).isLessThanOrEqualTo(100);
    }
}
