package io.vireo.node.stream.partition;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.bootstrap.replay.ReplyStatus;
import java.util.ArrayList;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** What a group says of all its partitions, page by page. */
class ContentsQueryTest extends PartitionFixture {
    private static final int ONE = ContentsQuery.PREFIX_LENGTH + ContentsQuery.ENTRY_LENGTH;

    @Test
    void shouldSayWhatEachPartitionHoldsInTheOrderOfNamespaces() {
        append(6, 4, batch(3));
        append(2, 7, batch(1));
        append(2, 7, batch(1));
        assertEquals(List.of(2L, 6L), namespaces(LIMIT));
        final PartitionContents first = all(LIMIT).get(0);
        assertEquals(7, first.incarnation());
        assertEquals(1, first.segments());
        assertEquals(2, first.messages());
        assertEquals(2, first.endOffset());
        assertEquals(0, first.sealedTimestamp());
        assertTrue(first.bytes() > 100);
        assertEquals(first.bytes(), first.endBytes());
    }

    @Test
    void shouldSayWhenTheOldestSegmentIsSealedAndForgotten() {
        for (int i = 0; i < 9; i++) {
            host.apply(1_000_000L * (i + 1), NAMESPACE, 1, PartitionOperation.APPEND, ofPayload(6_000));
        }
        final PartitionContents full = all(LIMIT).get(0);
        assertTrue(full.segments() > 1);
        final long newestOfOldest = full.sealedTimestamp();
        assertTrue(newestOfOldest >= 1_000 && newestOfOldest < 9_000, "of a message of the first segment");
        retain(newestOfOldest);
        assertEquals(full, all(LIMIT).get(0));
        retain(newestOfOldest + 1);
        final PartitionContents less = all(LIMIT).get(0);
        assertEquals(full.segments() - 1, less.segments());
        assertEquals(full.endOffset(), less.endOffset());
        assertTrue(less.beginOffset() > 0 && less.bytes() < full.bytes());
        assertEquals(full.endBytes(), less.endBytes(), "as much was written, whatever is kept of it");
        assertTrue(less.sealedTimestamp() == 0 || less.sealedTimestamp() > newestOfOldest);
    }

    @Test
    void shouldShowWhatCameAndWentSinceTheLastPage() {
        append(1, 1, batch(1));
        append(5, 1, batch(1));
        append(7, 1, batch(1));
        final ContentsQuery.Page page = page(0, ONE);
        assertTrue(page.hasMore());
        assertEquals(2, page.next());
        append(3, 1, batch(1));
        assertEquals(List.of(1L, 3L, 5L, 7L), namespaces(LIMIT));
        host.apply(1, 5, 1, PartitionOperation.DROP, new byte[0]);
        assertEquals(3, page(page.next(), ONE).partitions().get(0).namespace());
        assertEquals(List.of(1L, 3L, 7L), namespaces(ONE));
        assertEquals(List.of(1L, 3L, 7L), namespaces(2 * ONE));
        host.checkpoint();
        append(4, 1, batch(1));
        host.restart();
        assertEquals(List.of(1L, 3L, 7L), namespaces(LIMIT));
    }

    @Test
    void shouldRefuseWhatIsNoneOrHasNoRoom() {
        append(1, 1, batch(1));
        assertEquals(ReplyStatus.TOO_LARGE, host.read(0, query(0), ONE - 1).status());
        assertEquals(ReplyStatus.OK, host.read(0, query(0), ONE).status());
        assertEquals(
                ReplyStatus.OK,
                host.read(0, query(2), ContentsQuery.PREFIX_LENGTH).status());
        assertEquals(
                ReplyStatus.TOO_LARGE,
                host.read(0, query(2), ContentsQuery.PREFIX_LENGTH - 1).status());
        final byte[] longer = new byte[ContentsQuery.LENGTH + 1];
        longer[0] = ContentsQuery.CONTENTS;
        assertEquals(ReplyStatus.MALFORMED, host.read(0, longer, LIMIT).status());
        assertEquals(
                ReplyStatus.UNKNOWN_NAMESPACE, host.read(-1, query(0), LIMIT).status());
    }

    private void retain(final long expiredBefore) {
        final int length =
                PartitionOperation.putRetain(scratch, 0, 1, PartitionOperation.NO_BYTES_BELOW, Long.MAX_VALUE);
        host.apply((expiredBefore + 1) * 1_000, NAMESPACE, 1, PartitionOperation.RETAIN, bytes(length));
    }

    private List<Long> namespaces(final int limit) {
        return all(limit).stream().map(PartitionContents::namespace).toList();
    }

    private List<PartitionContents> all(final int limit) {
        final List<PartitionContents> all = new ArrayList<>();
        ContentsQuery.Page page = page(0, limit);
        all.addAll(page.partitions());
        while (page.hasMore()) {
            page = page(page.next(), limit);
            all.addAll(page.partitions());
        }
        return all;
    }

    private ContentsQuery.Page page(final long from, final int limit) {
        return ContentsQuery.read(
                new UnsafeBuffer(host.read(0, query(from), limit).bytes()), 0);
    }

    private byte[] query(final long from) {
        return bytes(ContentsQuery.put(scratch, 0, from));
    }
}
