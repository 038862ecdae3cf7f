package io.vireo.node.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vireo.node.gateway.SendOrder.Target;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What {@link SendOrder} lets go when; the sends are m1, m2 ... in their order. */
class SendOrderTest {
    private static final long TOPIC = 7;

    private final SendOrder order = new SendOrder();
    private final List<Exchange> sends = new ArrayList<>();
    private final List<String> done = new ArrayList<>();

    @Test
    void shouldGoAloneWhenTheLifeHasTakenNothing() {
        submit(1, named(5, 1));
        submit(2, named(5, 1));
        expect("m1 goes alone");
        end(1, named(5, 1));
        expect("m2 is looked up");
    }

    @Test
    void shouldGoBesideWhenTheLivesHaveTakenSends() {
        confirm(named(5, 1), named(6, 2));
        submit(1, chosen(3, 5, 1));
        submit(2, chosen(3, 6, 2));
        submit(3, named(5, 1));
        expect("m1 goes", "m2 goes", "m3 goes");
    }

    @Test
    void shouldWaitWhenOneBeforeWasRefused() {
        confirm(named(5, 1), named(6, 1));
        submit(1, named(5, 1));
        submit(2, named(5, 1));
        refuse(1);
        submit(3, named(6, 1));
        refuse(2);
        expect("m1 goes", "m2 goes", "m1 is tried again");
        again(1, named(5, 2));
        end(1, named(5, 2));
        again(2, named(5, 2));
        end(2, named(5, 2));
        expect("m1 goes alone", "m2 is tried again", "m2 goes", "m3 is looked up");
    }

    /** Story b: the reply to what went to the former life is late. */
    @Test
    void shouldWaitWhenOneBeforeIsInAnotherLifeOfThePartition() {
        confirm(named(5, 1));
        submit(1, named(5, 1));
        submit(2, named(5, 1));
        refuse(1);
        again(1, named(5, 2));
        end(1, named(5, 2));
        done.clear();
        submit(3, named(5, 2));
        expect();
        refuse(2);
        again(2, named(5, 2));
        end(2, named(5, 2));
        expect("m2 is tried again", "m2 goes", "m3 is looked up");
    }

    /** Story c: of the three partitions one is being deleted. */
    @Test
    void shouldWaitWhenOneBeforeSawAnotherNumberOfPartitions() {
        confirm(named(5, 1), named(6, 1));
        submit(1, chosen(3, 6, 1));
        submit(2, chosen(2, 5, 1));
        expect("m1 goes");
        refuse(1);
        again(1, chosen(2, 5, 1));
        end(1, chosen(2, 5, 1));
        expect("m1 is tried again", "m1 goes", "m2 is looked up");
    }

    /** Of a send in two parts the second one names the partition that was chosen for the first. */
    @Test
    void shouldWaitWhenAPartBeforeWasChosenOfAnotherNumberOfPartitions() {
        confirm(named(5, 1), named(6, 1));
        submit(1, chosen(4, 5, 1));
        again(1, named(5, 1));
        submit(2, chosen(3, 6, 1));
        expect("m1 goes", "m1 goes");
        end(1, named(5, 1));
        expect("m2 is looked up");
    }

    @Test
    void shouldAskThePrimaryWhenTheReplicaAtHandSaysAnotherNumberOfPartitions() {
        confirm(named(5, 1));
        submit(1, chosen(3, 5, 1));
        end(1, chosen(3, 5, 1));
        done.clear();
        enter(2);
        order.submit(sends.get(1), chosen(2, 5, 1), false, attempt(2));
        expect("m2 is looked up");
        again(2, chosen(3, 5, 1));
        end(2, chosen(3, 5, 1));
        enter(3);
        order.submit(sends.get(2), chosen(3, 5, 1), false, attempt(3));
        expect("m2 goes", "m3 goes");
    }

    @Test
    void shouldRefuseWhatWouldComeBehindALaterSendInAnotherPartition() {
        confirm(named(5, 1), named(6, 1), named(7, 1));
        submit(1, chosen(3, 6, 1));
        submit(2, chosen(3, 5, 1));
        submit(3, chosen(3, 6, 1));
        done.clear();
        refuse(1);
        again(1, chosen(2, 5, 1));
        expect("m1 is tried again", "m1 is refused");
        leave(1);
        end(2, chosen(3, 5, 1));
        refuse(3);
        again(3, chosen(2, 5, 1));
        expect("m3 is tried again", "m3 goes");
    }

    @Test
    void shouldForgetTheLeastRecentlyUsedWhenThereIsTooMuchToKnow() {
        for (int partition = 0; partition < SendOrder.KNOWN_MAX; partition++) {
            confirm(named(partition, 1));
        }
        submit(1, named(0, 1));
        confirm(named(5000, 1));
        submit(2, named(0, 1));
        submit(3, named(5000, 1));
        submit(4, named(SendOrder.KNOWN_MAX - 1, 1));
        submit(5, named(1, 1));
        expect("m1 goes", "m2 goes", "m3 goes", "m4 goes");
    }

    @Test
    void shouldWaitWhenMorePartitionsAreUnderWayThanAreRemembered() {
        submit(1, named(9999, 1));
        confirm(named(9999, 1));
        for (int partition = 0; partition < SendOrder.KNOWN_MAX; partition++) {
            confirm(named(partition, 1));
            submit(2 + partition, named(partition, 1));
            leave(2 + partition);
        }
        done.clear();
        final int next = 2 + SendOrder.KNOWN_MAX;
        confirm(named(8888, 1));
        submit(next, named(8888, 1));
        expect();
        leave(1);
        expect("m" + next + " is looked up");
    }

    private static Target named(final long namespace, final long incarnation) {
        return chosen(Target.NAMED, namespace, incarnation);
    }

    private static Target chosen(final int partitions, final long namespace, final long incarnation) {
        return new Target(TOPIC, partitions, namespace, incarnation);
    }

    private void confirm(final Target... targets) {
        for (final Target target : targets) {
            order.onApplied(target.namespace(), target.incarnation());
        }
    }

    private void enter(final int number) {
        sends.add(new Exchange(null, null, null, 0, 0));
        assertEquals(number, sends.size());
        order.enter(sends.get(number - 1));
    }

    private void submit(final int number, final Target target) {
        enter(number);
        again(number, target);
    }

    private void again(final int number, final Target target) {
        order.submit(sends.get(number - 1), target, true, attempt(number));
    }

    private SendOrder.Attempt attempt(final int number) {
        return new SendOrder.Attempt() {
            @Override
            public void submit(final boolean isConfirmed) {
                done.add("m" + number + (isConfirmed ? " goes" : " goes alone"));
            }

            @Override
            public void lookUpAgain() {
                done.add("m" + number + " is looked up");
            }

            @Override
            public void refuse() {
                done.add("m" + number + " is refused");
            }
        };
    }

    private void refuse(final int number) {
        order.retry(sends.get(number - 1), true, () -> done.add("m" + number + " is tried again"));
    }

    private void end(final int number, final Target target) {
        confirm(target);
        leave(number);
    }

    private void leave(final int number) {
        order.leave(sends.get(number - 1));
    }

    private void expect(final String... expected) {
        assertEquals(List.of(expected), done);
        done.clear();
    }
}
