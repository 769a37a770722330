package org.pullboot.cli;

import java.io.PrintWriter;
import java.util.Locale;
import org.pullboot.serve.ServeEvent;
import org.pullboot.serve.ServeListener;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Events as JSON, one object a line, the first one {@code "event":"listening"}. What is unknown is left out.
 */
final class JsonReport implements ServeListener {
    private final PrintWriter out;

    JsonReport(PrintWriter out) {
        this.out = out;
    }

    @Override
    public void on(ServeEvent event) {
        if (event instanceof ServeEvent.Preparing) {
            return;
        }
        ObjectNode object = Json.object().put("event", name(event));
        Json.tree(event).properties().forEach(property -> {
            if (isKnown(property.getValue())) {
                object.set(property.getKey(), property.getValue());
            }
        });
        out.println(object);
        out.flush();
    }

    private static boolean isKnown(JsonNode value) {
        return !value.isNull() && !(value.isIntegralNumber() && value.longValue() < 0);
    }

    private static String name(ServeEvent event) {
        return switch (event) {
            case ServeEvent.BootStage stage -> "stage";
            default -> event.getClass().getSimpleName().toLowerCase(Locale.ROOT);
        };
    }
}
