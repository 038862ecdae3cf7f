package io.vireo.node.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.bootstrap.config.ShardLayout;
import io.vireo.node.port.SeededRandom;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What one who dials makes of what he hears: which address he tries, and how many shards he believes in. */
class ShardDoorsTest {
    private static final long SECOND = 1_000_000_000L;

    private static ShardDoors doors(final int addresses, final int groups) {
        return new ShardDoors(
                IntStream.range(0, addresses).mapToObj(i -> "h:" + (i + 1)).toList(), groups);
    }

    @Test
    void shouldTryTheFirstAddressSecondWhenAShardIsSilent() {
        for (int addresses = 2; addresses <= 64; addresses++) {
            for (int shard = 1; shard < addresses; shard++) {
                final ShardDoors doors = doors(addresses, 64);
                assertEquals(shard, doors.address(shard, 0));
                assertEquals(0, doors.address(shard, 1), "every number of shards has a shard 0");
            }
        }
    }

    @Test
    void shouldTryEveryOtherAddressOnceInEachRoundWhoeverWasHeard() {
        for (int addresses = 2; addresses <= 9; addresses++) {
            for (int heard = -1; heard < addresses; heard++) {
                for (int shard = 0; shard < addresses; shard++) {
                    final ShardDoors doors = doors(addresses, 64);
                    doors.onAnswer(heard);
                    final Set<Integer> tried = new HashSet<>();
                    for (int failures = 1; failures < 2 * (addresses - 1); failures += 2) {
                        tried.add(doors.address(shard, failures));
                        assertEquals(shard, doors.address(shard, failures + 1));
                    }
                    assertEquals(addresses - 1, tried.size());
                    assertFalse(tried.contains(shard));
                }
            }
        }
    }

    @Test
    void shouldTryFirstWhereSomebodyAnsweredUntilHeIsSilent() {
        final ShardDoors doors = doors(8, 8);
        doors.onAnswer(5);
        assertEquals(5, doors.address(2, 1));
        assertEquals(0, doors.address(5, 1), "its own address is no other");
        doors.onSilence(3);
        assertEquals(5, doors.address(2, 1));
        doors.onSilence(5);
        assertEquals(0, doors.address(2, 1));
    }

    @Test
    void shouldKnowTheNumberOfShardsFromTheGroupsOfAnyWithTwo() {
        for (final int groups : new int[] {4, 7, 64, 100}) {
            for (int shards = 1; shards <= groups / 2; shards++) {
                for (int shard = 0; shard < shards; shard++) {
                    final ShardDoors doors = doors(groups, groups);
                    final long[] hosted = new ShardLayout(groups, shards).groupBits(shard);
                    assertTrue(doors.learnHosted(hosted, 0));
                    if (new ShardLayout(groups, shards).groups(shard).length > 1) {
                        assertEquals(shards, doors.shardCount());
                    }
                    assertFalse(doors.learnHosted(hosted, 0), "no news");
                }
            }
        }
    }

    @Test
    void shouldTakeTheLeastNumberWhenAShardHasOneGroupUnlessAnotherFitsToo() {
        final ShardDoors doors = doors(4, 4);
        assertFalse(doors.learnHosted(new long[] {0b0100}, 0), "four shards it may be");
        assertTrue(doors.learnHosted(new long[] {0b0101}, 0));
        assertTrue(doors.learnHosted(new long[] {0b0100}, 0));
        assertEquals(3, doors.shardCount());
        assertTrue(doors.learn(List.of("h:1", "h:2", "h:3", "h:4"), 0));
        assertFalse(doors.learnHosted(new long[] {0b0100}, 0), "four shards fit as well");
    }

    @Test
    void shouldNotBelieveGroupsThatNoShardHas() {
        final ShardDoors doors = doors(2, 8);
        for (final long bits : new long[] {0, 0b111, 0b1001_0010, 0b10, 0b0100_1001, 0b1010_1000}) {
            assertFalse(doors.learnHosted(new long[] {bits}, 0), Long.toBinaryString(bits));
        }
        assertEquals(2, doors.shardCount());
    }

    @Test
    void shouldWaitLongerAndLongerWhenTheNumberChangesToAndFro() {
        final ShardDoors doors = doors(3, 6);
        final SeededRandom random = new SeededRandom(1);
        long nowNs = 100 * SECOND;
        long longestNs = 0;
        for (int i = 0; i < 40; i++) {
            assertTrue(doors.learn(i % 2 == 0 ? List.of("h:1", "h:2") : List.of("h:1", "h:2", "h:3"), nowNs));
            final long waitNs = doors.redialNs(nowNs, random) - nowNs;
            assertTrue(i < 2 ? waitNs == 0 : waitNs > 0, "change " + i + " waits " + waitNs);
            assertTrue(waitNs <= TransportContext.RECONNECT_MAX_NS);
            longestNs = Math.max(longestNs, waitNs);
            nowNs += waitNs + 1_000_000;
        }
        assertTrue(longestNs > SECOND / 4, "longest wait " + longestNs);
        nowNs += TransportContext.SILENCE_MAX_NS;
        assertTrue(doors.learn(List.of("h:1"), nowNs));
        assertEquals(nowNs, doors.redialNs(nowNs, random), "a change after a long time is the operator's");
    }
}
