package org.pullboot.cli;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Values as JSON for machines. */
final class Json {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private Json() {}

    /** One line without a line end. */
    static String text(Object value) {
        return MAPPER.writeValueAsString(value);
    }

    /** JSON that a part of Pullboot wrote. */
    static JsonNode parse(String json) {
        return MAPPER.readTree(json);
    }

    /** An object to fill. */
    static ObjectNode object() {
        return MAPPER.createObjectNode();
    }

    /** A record as the tree of its components. */
    static JsonNode tree(Object value) {
        return MAPPER.valueToTree(value);
    }
}
