package io.vireo.node.stream.metadata;

import io.vireo.journal.util.Invariant;
import io.vireo.node.stream.Identifier;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Iterator;
import java.util.List;
import java.util.TreeMap;

/** Entities by number and by name, each of both unique. Numbers are reused, the lowest free one first; iterates in their order. */
public final class NumberedNames<T extends Entity> implements Iterable<T> {
    /** By number, null where none is; as long as the highest number in use asks for. */
    private final List<T> slots = new ArrayList<>();

    private final BitSet used = new BitSet();
    private final TreeMap<String, T> names = new TreeMap<>();

    public int size() {
        return names.size();
    }

    /** Null if there is none; {@code number} may be anything. */
    public T at(final int number) {
        return number >= 0 && number < slots.size() ? slots.get(number) : null;
    }

    /** Null if there is none. */
    public T named(final String name) {
        return names.get(name);
    }

    /** Null if there is none. */
    public T find(final Identifier identifier) {
        return identifier.isNumeric() ? at(identifier.number()) : named(identifier.name());
    }

    @Override
    public Iterator<T> iterator() {
        return used.stream().mapToObj(slots::get).iterator();
    }

    int lowestFree() {
        return used.nextClearBit(0);
    }

    void add(final T entity) {
        final int number = entity.number();
        Invariant.check(!used.get(number), "a number is given once", number);
        while (slots.size() <= number) {
            slots.add(null);
        }
        slots.set(number, entity);
        used.set(number);
        Invariant.check(names.put(entity.name(), entity) == null, "a name is given once", number);
    }

    void rename(final T entity, final String newName) {
        names.remove(entity.name());
        entity.name(newName);
        Invariant.check(names.put(newName, entity) == null, "a name is given once", entity.number());
    }

    void remove(final T entity) {
        names.remove(entity.name());
        used.clear(entity.number());
        slots.set(entity.number(), null);
        slots.subList(used.length(), slots.size()).clear();
    }

    void clear() {
        slots.clear();
        used.clear();
        names.clear();
    }
}
