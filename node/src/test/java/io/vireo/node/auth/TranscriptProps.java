package io.vireo.node.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class TranscriptProps {
    private record Field(String label, String value) {}

    /** Of characters that a delimiter could be made of, so that lists often look alike when they are joined. */
    @Provide
    Arbitrary<List<Field>> fields() {
        final Arbitrary<String> text =
                Arbitraries.strings().withChars('\0', '\1', 'a').ofMaxLength(3);
        return Combinators.combine(text, text).as(Field::new).list().ofMaxSize(3);
    }

    @Property
    void shouldGiveTheSameBytesOnlyWhenFieldsAreTheSame(
            @ForAll("fields") final List<Field> one, @ForAll("fields") final List<Field> other) {
        assertEquals(one.equals(other), Arrays.equals(bytes(one), bytes(other)));
    }

    private static byte[] bytes(final List<Field> fields) {
        final Transcript transcript = new Transcript("test");
        fields.forEach(field -> transcript.put(field.label, field.value));
        return transcript.bytes();
    }
}
