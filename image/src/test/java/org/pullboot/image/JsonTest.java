package org.pullboot.image;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class JsonTest {
    private static Json parse(String document) throws ImageException {
        return Json.parse(document.getBytes(UTF_8));
    }

    @Test
    void everyKindOfValueIsRead() throws ImageException {
        assertThat(parse(" {\"a\":[1,-2.5e+3,true,false,null],\"b\":{},\"c\":[] ,\"d\":\"x\"}\r\n"))
                .isEqualTo(new Json.Members(Map.of(
                        "a",
                                new Json.Items(List.of(
                                        new Json.Digits("1"),
                                        new Json.Digits("-2.5e+3"),
                                        new Json.Truth(true),
                                        new Json.Truth(false),
                                        new Json.Nothing())),
                        "b", new Json.Members(Map.of()),
                        "c", new Json.Items(List.of()),
                        "d", new Json.Text("x"))));
    }

    @Test
    void escapesAreCharacters() throws ImageException {
        assertThat(parse("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e4\\uD83D\\ude00 ä😀\""))
                .isEqualTo(new Json.Text("\"\\/\b\f\n\r\tä😀 ä😀"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "{",
                "[",
                "[1",
                "[1,]",
                "{\"a\"}",
                "{\"a\":}",
                "{\"a\":1,}",
                "{a:1}",
                "'a'",
                "\"a",
                "\"\\x\"",
                "\"\\u12\"",
                "\"\\u12g4\"",
                "\"\\ud800\"",
                "\"\\ude00\\ud83d\"",
                "\"\t\"",
                "tru",
                "nul",
                "True",
                "01",
                "-",
                "1.",
                ".5",
                "1e",
                "+1",
                "0x1",
                "NaN",
                "1 2",
                "{} {}",
                "// x\n1",
                "[1;2]",
                "\uFEFF1",
                "{\"a\":1,\"a\":2}",
                "{\"a\":1,\"\\u0061\":2}",
            })
    void nothingElseIsJson(String document) {
        assertThatThrownBy(() -> parse(document))
                .isInstanceOf(ImageException.class)
                .hasMessageContaining("JSON");
    }

    @Test
    void bytesThatAreNoTextAreRefused() {
        assertThatThrownBy(() -> Json.parse(new byte[] {'"', (byte) 0xC3, '"'}))
                .isInstanceOf(ImageException.class)
                .hasMessageContaining("UTF-8");
    }

    @Test
    void nestingHasALimit() throws ImageException {
        assertThat(parse("[".repeat(32) + "]".repeat(32))).isInstanceOf(Json.Items.class);
        assertThatThrownBy(() -> parse("[".repeat(34) + "]".repeat(34))).hasMessageContaining("nested");
        assertThatThrownBy(() -> parse("[".repeat(100_000))).hasMessageContaining("nested");
    }

    @Test
    void membersAreTakenByKind() throws ImageException {
        Json json = parse("{\"s\":\"x\",\"n\":9223372036854775807,\"l\":[\"a\",\"b\"],\"o\":{\"p\":0},\"z\":null}");

        assertThat(json.text("s")).isEqualTo("x");
        assertThat(json.number("n")).isEqualTo(Long.MAX_VALUE);
        assertThat(json.texts("l")).containsExactly("a", "b");
        assertThat(json.member("o").number("p")).isZero();
        assertThat(json.find("z")).isEmpty();
        assertThat(json.findText("missing")).isEmpty();
        assertThat(json.list("missing")).isEmpty();
        assertThatThrownBy(() -> json.text("n")).hasMessageContaining("expected a string for 'n'");
        assertThatThrownBy(() -> json.text("missing")).hasMessageContaining("expected a value for 'missing'");
        assertThatThrownBy(() -> json.list("s")).hasMessageContaining("expected an array");
        assertThatThrownBy(() -> json.member("s").member("x")).hasMessageContaining("an object around it");
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "1.0", "1e3", "9223372036854775808", "99999999999999999999", "\"1\""})
    void numbersThatAreNoSizesAreRefused(String number) throws ImageException {
        Json json = parse("{\"size\":" + number + "}");
        assertThatThrownBy(() -> json.number("size")).hasMessageContaining("expected a whole number for 'size'");
    }
}
