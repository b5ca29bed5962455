package sessionctl.desired;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import sessionctl.Samples;

class InvalidTemplateExceptionTest {
    private static final String GOOD_CONF = "-l [=private_ip]\n-p [=memcached.port]\n";

    private static void use(String template, String text) throws IOException {
        Map<String, String> texts = Samples.templateTexts();
        texts.put(template, text);
        new DesiredStates(Samples.lamps(3), new TemplateSet(texts));
    }

    private static void refused(String template, String text, String sentence) {
        assertThatThrownBy(() -> use(template, text))
                .isInstanceOfSatisfying(
                        InvalidTemplateException.class,
                        problem -> assertThat(problem.sentence())
                                .startsWith("templates/" + template + ":")
                                .contains(sentence)
                                .doesNotContain("\n"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '>',
            value = {
                "[=undefined]                     > :1:3: \"undefined\" has no usable value",
                "[=memcached.prt]                 > :1:3: \"memcached.prt\" has no usable value",
                "x[#if sessions]                  > templates/php.ini.ftl:1:",
                "[#if]                            > templates/php.ini.ftl:1:",
                "[#list 1..3 as i]                > templates/php.ini.ftl:1:",
                "[=]                              > templates/php.ini.ftl:1:",
                "[=cluster                        > templates/php.ini.ftl:1:",
                "[=cluster?nonsense]              > templates/php.ini.ftl:1:",
                "[#include 'other.ftl']           > templates/php.ini.ftl:1:",
                "[=\"freemarker.template.utility.Execute\"?new()(\"id\")] > templates/php.ini.ftl:1:",
                "[=cluster?api.getClass()]        > templates/php.ini.ftl:1:",
                "[=.data_model.cluster.class]     > templates/php.ini.ftl:1:",
                "[#stop 'enough']                 > enough",
                "[=1/0]                           > templates/php.ini.ftl:1:",
            })
    void aTemplateErrorIsReportedInOneSentence(String text, String sentence) {
        refused(TemplateSet.PHP_INI, text, sentence);
    }

    @Test
    void aTemplateErrorNamesItsLine() {
        refused(TemplateSet.MEMCACHE_INI, "[#-- one --]\n; two\na=[=redundancyy]\n", ":3:5:");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '>',
            value = {
                "memory 64           > \"memory 64\", which is not an option of memcached",
                "64                  > which is not an option of memcached",
                "-d                  > which is not an option of memcached",
                "-m                  > -m without the value",
                "-m 64 -c            > -c without the value",
                "--listen            > -l without the value",
            })
    void linesThatAreNoOptionsOfMemcachedAreRefused(String line, String sentence) {
        refused(TemplateSet.MEMCACHED_CONF, GOOD_CONF + line + "\n", sentence);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '>',
            value = {
                "-p [=memcached.port]                     > no -l 10.98.0.1 for lamp01",
                "-l 0.0.0.0 -p [=memcached.port]          > no -l 10.98.0.1 for lamp01",
                "-l 10.98.0.1 -p [=memcached.port]        > no -l 10.98.0.2 for lamp02",
                "?-l [=private_ip] -p [=memcached.port]   > no -l 10.98.0.1 for lamp01",
                "-l [=private_ip]                         > no -p 11211 for lamp01",
                "-l [=private_ip] -p 11212                > no -p 11211 for lamp01",
                "[#-- nothing at all --]                  > no -l 10.98.0.1 for lamp01",
            })
    void memcachedMustListenOnTheAddressAndPortThatPhpUses(String text, String sentence) {
        refused(TemplateSet.MEMCACHED_CONF, text, sentence);
    }

    @ParameterizedTest
    @ValueSource(strings = {"[Session]", "session.save_handler", "= memcache", "two words = 1", "<?php"})
    void iniLinesThatAssignNothingAreRefused(String line) {
        refused(TemplateSet.PHP_INI, line + "\n", "\"" + line + "\", which assigns nothing");
        refused(TemplateSet.MEMCACHE_INI, line + "\n", "\"" + line + "\", which assigns nothing");
    }

    @Test
    void allOtherTemplateLinesAreAccepted() throws IOException {
        use(
                TemplateSet.MEMCACHED_CONF,
                "-l 127.0.0.1,[=private_ip]\r\n--port=[=memcached.port]\r\n?-o modern # caf\u00e9\r\n");
        use(TemplateSet.PHP_INI, "x.y_z-1[] = \u0416 ; why\n");
        use(TemplateSet.MEMCACHED_UNIT, "");
    }

    @Test
    void textOfATemplateIsSentAsUtf8() throws IOException {
        TemplateSet templates = new TemplateSet(Map.of("x", "\u0416 \u00e9"));
        assertThat(templates.render("x", Map.of())).isEqualTo("\u00d0\u0096 \u00c3\u00a9");
    }
}
