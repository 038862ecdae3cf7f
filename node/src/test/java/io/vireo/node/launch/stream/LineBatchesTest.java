package io.vireo.node.launch.stream;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.node.client.iggy.Destination;
import io.vireo.node.launch.LineSource;
import java.io.ByteArrayInputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What of the lines goes into one request. */
class LineBatchesTest {
    private final Interruption interruption = new Interruption(() -> {});

    @AfterEach
    void close() {
        interruption.close();
    }

    @Test
    void shouldTakeAsManyLinesAsWereAskedFor() {
        final LineBatches batches = of("1\n2\n3\n4\n5\n", 2, null);
        assertEquals(List.of(List.of("1", "2"), List.of("3", "4"), List.of("5")), all(batches));
        assertNull(batches.problem());
        assertTrue(batches.isEnded());
    }

    @Test
    void shouldCutARequestBeforeItIsLongerThanOneOpTakes() {
        final int lines = 40_000;
        final List<List<String>> found = all(of("\n".repeat(lines), 100_000, null));
        assertEquals(3, found.size(), "an empty message has 64 bytes");
        assertEquals(LineBatches.REQUEST_BYTES_MAX / 64, found.get(0).size());
        assertEquals(lines, found.stream().mapToInt(List::size).sum());
    }

    @Test
    void shouldSendALongLineAloneAndInItsPlace() {
        final String longest = "x".repeat(LineBatches.PAYLOAD_MAX);
        assertEquals(
                List.of(List.of("a"), List.of(longest), List.of("b", "c")),
                all(of("a\n" + longest + "\nb\nc\n", 10, null)));
    }

    @Test
    void shouldTakeWhatCameBeforeWhenALineIsWrong() {
        final LineBatches tooLong = of("a\nb\n" + "x".repeat(LineBatches.PAYLOAD_MAX + 1) + "\nc\n", 10, null);
        assertEquals(List.of(List.of("a", "b")), all(tooLong));
        assertEquals(
                "line 3 of test is longer than 1048576 bytes, which is the most",
                tooLong.problem().getMessage());

        final LineBatches withoutKey = of("k:a\nl:b\nc\nm:d\n", 10, ":");
        assertEquals(List.of(List.of("a", "b")), all(withoutKey));
        assertEquals(
                "line 3 of test has no key before the separator; what came before it was sent",
                withoutKey.problem().getMessage());

        final LineBatches ofKey = of("k:a\nk:" + "x".repeat(LineBatches.PAYLOAD_MAX + 1) + "\n", 10, ":");
        assertEquals(List.of(List.of("a")), all(ofKey));
        assertEquals(
                "line 2 of test has a message of 1048577 bytes, at most 1048576 are taken",
                ofKey.problem().getMessage());
        assertTrue(ofKey.isEnded());
    }

    @Test
    void shouldPutMessagesOfAKeyTogetherInTheOrderOfTheLines() {
        final Map<Destination, List<byte[]>> batch =
                of("k:a\nl:b\nk:c\n", 10, ":").next(interruption);
        assertEquals(
                List.of(List.of("a", "c"), List.of("b")),
                batch.values().stream().map(LineBatchesTest::texts).toList());
    }

    @Test
    void shouldTellKeysApartThatBeginAlike() {
        assertEquals(
                List.of(List.of("a", "d"), List.of("b"), List.of("c")), destinations("k:a\nkk:b\nkkk:c\nk:d\n", ":"));
        assertEquals(
                List.of(List.of("a", ":c"), List.of("b")),
                destinations("k::a\nk:k::b\nk:::c\n", "::"),
                "the key ends at the first separator, and what looks like its beginning is part of the key");
    }

    private List<List<String>> destinations(final String text, final String separator) {
        return of(text, 10, separator).next(interruption).values().stream()
                .map(LineBatchesTest::texts)
                .toList();
    }

    private LineBatches of(final String text, final int messagesMax, final String separator) {
        return new LineBatches(
                LineSource.ofStream(new ByteArrayInputStream(text.getBytes(ISO_8859_1)), "test"),
                messagesMax,
                Destination.BALANCED,
                separator == null ? null : separator.getBytes(ISO_8859_1),
                0);
    }

    /** The messages of each request, of all destinations. */
    private List<List<String>> all(final LineBatches batches) {
        final List<List<String>> all = new ArrayList<>();
        while (!batches.isEnded()) {
            final List<String> request = new ArrayList<>();
            batches.next(interruption).values().forEach(payloads -> request.addAll(texts(payloads)));
            if (!request.isEmpty()) {
                all.add(request);
            }
        }
        assertFalse(all.isEmpty());
        return all;
    }

    private static List<String> texts(final List<byte[]> payloads) {
        return payloads.stream().map(payload -> new String(payload, ISO_8859_1)).toList();
    }
}
