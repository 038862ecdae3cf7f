package io.vireo.sim.explore;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Numbers choices, from 0 in the order in which they are met. One thread. */
final class ChoiceTable {
    private final Map<Choice, Integer> numbers = new HashMap<>();
    private final List<Choice> known = new ArrayList<>();

    int number(final Choice choice) {
        final Integer number = numbers.get(choice);
        if (number != null) {
            return number;
        }
        numbers.put(choice, known.size());
        known.add(choice);
        return known.size() - 1;
    }

    Choice get(final int number) {
        return known.get(number);
    }

    int[] numbers(final List<Choice> choices) {
        return choices.stream().mapToInt(this::number).toArray();
    }
}
