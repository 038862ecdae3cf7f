package io.vireo.node.launch.stream;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;

/**
 * What a command lists, as a table for people or as an array of objects for programs. A value is a text, a number, a boolean, or null for
 * what has none. Names of fields are part of what scripts rely on.
 */
final class Listing {
    private static final JsonFactory JSON = new JsonFactory();

    private final String[] fields;
    private final List<Object[]> rows = new ArrayList<>();

    Listing(final String... fields) {
        this.fields = fields;
    }

    void add(final Object... values) {
        if (values.length != fields.length) {
            throw new IllegalArgumentException(values.length + " values for " + fields.length + " fields");
        }
        rows.add(values);
    }

    void print(final PrintWriter out, final boolean isJson) {
        if (isJson) {
            out.println(json());
        } else {
            table(out);
        }
        out.flush();
    }

    private void table(final PrintWriter out) {
        final List<String[]> lines = new ArrayList<>();
        lines.add(fields);
        for (final Object[] row : rows) {
            final String[] line = new String[row.length];
            for (int i = 0; i < row.length; i++) {
                line[i] = row[i] == null ? "-" : row[i].toString();
            }
            lines.add(line);
        }
        final int[] widths = new int[fields.length];
        for (final String[] line : lines) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], line[i].length());
            }
        }
        for (final String[] line : lines) {
            final StringBuilder text = new StringBuilder();
            for (int i = 0; i < widths.length; i++) {
                text.append(line[i]).append(" ".repeat(widths[i] - line[i].length() + 2));
            }
            out.println(text.toString().stripTrailing());
        }
    }

    private String json() {
        final StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(text)) {
            json.writeStartArray();
            for (final Object[] row : rows) {
                json.writeStartObject();
                for (int i = 0; i < fields.length; i++) {
                    json.writeFieldName(camel(fields[i]));
                    write(json, row[i]);
                }
                json.writeEndObject();
            }
            json.writeEndArray();
        } catch (final IOException e) {
            throw new UncheckedIOException("writing to memory failed", e);
        }
        return text.toString();
    }

    /** Writes a value as what it is. */
    static void write(final JsonGenerator json, final Object value) throws IOException {
        if (value == null) {
            json.writeNull();
        } else if (value instanceof Boolean flag) {
            json.writeBoolean(flag);
        } else if (value instanceof BigInteger number) {
            json.writeNumber(number);
        } else if (value instanceof Long || value instanceof Integer) {
            json.writeNumber(((Number) value).longValue());
        } else if (value instanceof Double number) {
            json.writeNumber(number);
        } else {
            json.writeString(value.toString());
        }
    }

    /** "max size" is maxSize. */
    private static String camel(final String field) {
        final StringBuilder name = new StringBuilder();
        for (final String word : field.split(" ")) {
            name.append(name.length() == 0 ? word : Character.toUpperCase(word.charAt(0)) + word.substring(1));
        }
        return name.toString();
    }
}
