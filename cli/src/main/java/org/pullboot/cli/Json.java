package org.pullboot.cli;

import tools.jackson.databind.json.JsonMapper;

/** Values as JSON for machines. */
final class Json {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private Json() {}

    /** One line without a line end. */
    static String text(Object value) {
        return MAPPER.writeValueAsString(value);
    }
}
