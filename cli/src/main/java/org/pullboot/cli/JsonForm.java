package org.pullboot.cli;

import java.util.Stack;
import picocli.CommandLine.IParameterConsumer;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import tools.jackson.databind.JsonNode;

/** How ukify's {@code --json} wants an answer written. */
enum JsonForm {
    /** As text for people. */
    OFF,
    /** On one line. */
    SHORT,
    /** Indented. */
    PRETTY;

    /** The JSON in this form; on one line when it is not wanted at all. */
    String of(JsonNode json) {
        return this == PRETTY ? json.toPrettyString() : Json.text(json);
    }

    /** Takes the next word only if it is a form: what follows may be the image. */
    static final class Consumer implements IParameterConsumer {
        @Override
        @SuppressWarnings("JdkObsolete") // the type is picocli's
        public void consumeParameters(Stack<String> words, ArgSpec option, CommandSpec command) {
            JsonForm form = PRETTY;
            if (!words.isEmpty()) {
                for (JsonForm one : values()) {
                    if (one.name().equalsIgnoreCase(words.peek())) {
                        form = one;
                        words.pop();
                        break;
                    }
                }
            }
            option.setValue(form);
        }
    }
}
