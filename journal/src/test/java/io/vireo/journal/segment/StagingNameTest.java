package io.vireo.journal.segment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.Locale;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class StagingNameTest {
    private static final String KEY = "0000000000000001-00000000000000ff-0000000000000002";

    @Test
    @Tag("X1")
    void shouldBeOfTheSegmentThatItIsNamedAfter() {
        assertEquals(new SegmentKey(1, 255, 2), StagingName.keyOf("staging/" + KEY + "-0123456789abcdef.part"));
    }

    @Test
    @Tag("X1")
    void shouldBeNoneWhenAnythingIsDifferent() {
        final String[] others = {
            "",
            ".part",
            "staging/.part",
            "staging/" + KEY + ".log",
            "staging/" + KEY + ".part",
            "staging/" + KEY + "-0123456789abcde.part",
            "staging/" + KEY + "-0123456789abcdefg.part",
            "staging/" + KEY + "-0123456789ABCDEF.part",
            "staging/" + KEY + "_0123456789abcdef.part",
            "staging/" + KEY.toUpperCase(Locale.ROOT) + "-0123456789abcdef.part",
            "staging/../" + KEY + "-0123456789abcdef.part",
            "/staging/" + KEY + "-0123456789abcdef.part",
            "segments/" + KEY + "-0123456789abcdef.part",
            "staging/" + KEY + "-0123456789abcdef.part.part",
            "staging/x" + KEY + "-0123456789abcdef.part",
            "staging/" + KEY.substring(1) + "-0123456789abcdef.part",
        };
        for (final String other : others) {
            assertNull(StagingName.keyOf(other), other);
        }
    }
}
