package org.pullboot.pull;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The vectors of systemd's own test of these rules, src/test/test-import-util.c. */
final class UrlsTest {
    @ParameterizedTest
    @CsvSource({
        "https://foobar/waldo/quux, quux",
        "https://foobar/waldo/quux/, quux",
        "https://foobar/waldo/quux?foo=bar, quux",
        "https://foobar/waldo/quux/?foo=bar#piep, quux",
        "https://foobar/waldo/, waldo",
        "x:y/z, z"
    })
    void theLastComponentIsFound(String url, String component) throws PullException {
        assertThat(Urls.lastComponent(url)).isEqualTo(component);
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://foobar/", "https://foobar", "x:y", "https://", "", ":", ":/", "x:/", "x"})
    void whereThereIsNoneThatIsSaid(String url) {
        assertThatExceptionOfType(PullException.class).isThrownBy(() -> Urls.lastComponent(url));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "https://foobar/waldo/quux///?mief#opopo|1|wuff|https://foobar/waldo/wuff",
                "https://foobar/waldo/quux/quff/|2|wuff|https://foobar/waldo/wuff",
                "https://foobar/waldo/quux/quff?aa?bb##4|0|wuff|https://foobar/waldo/quux/quff/wuff",
                "x:y/z/|2|wuff|x:y/wuff"
            })
    void suffixesAreChanged(String url, int components, String suffix, String changed) throws PullException {
        assertThat(Urls.changeSuffix(url, components, suffix)).isEqualTo(changed);
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://", "", ":", ":/", "x:/", "x", "://host/file", "http:?x"})
    void noSuffixIsChangedWhereThereIsNoHost(String url) {
        assertThatExceptionOfType(PullException.class).isThrownBy(() -> Urls.changeSuffix(url, 1, "wuff"));
    }

    @ParameterizedTest
    @CsvSource({
        "http://h/x, true",
        "https://h, true",
        "http://, false",
        "HTTP://h/x, false",
        "ftp://h/x, false",
        "http://h/büro, false",
        "file:/x, false"
    })
    void httpUrlsAreTold(String url, boolean http) {
        assertThat(Urls.isHttp(url)).isEqualTo(http);
    }
}
