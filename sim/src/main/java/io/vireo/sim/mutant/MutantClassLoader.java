package io.vireo.sim.mutant;

import java.io.IOException;
import java.io.InputStream;
import java.util.Map;

/**
 * A world of Vireo's classes of its own, some of them mutated: everything of {@code io.vireo} is defined here anew, everything else is
 * the parent's.
 */
final class MutantClassLoader extends ClassLoader {
    private static final String OWN = "io.vireo.";

    private final Map<String, byte[]> mutated;

    MutantClassLoader(final ClassLoader parent, final Map<String, byte[]> mutated) {
        super(parent);
        this.mutated = mutated;
    }

    @Override
    protected Class<?> loadClass(final String name, final boolean resolve) throws ClassNotFoundException {
        if (!name.startsWith(OWN)) {
            return super.loadClass(name, resolve);
        }
        synchronized (getClassLoadingLock(name)) {
            Class<?> loaded = findLoadedClass(name);
            if (loaded == null) {
                final byte[] bytes = mutated.containsKey(name) ? mutated.get(name) : original(name);
                loaded = defineClass(name, bytes, 0, bytes.length);
            }
            if (resolve) {
                resolveClass(loaded);
            }
            return loaded;
        }
    }

    private byte[] original(final String name) throws ClassNotFoundException {
        try (InputStream in = getParent().getResourceAsStream(name.replace('.', '/') + ".class")) {
            if (in == null) {
                throw new ClassNotFoundException(name);
            }
            return in.readAllBytes();
        } catch (final IOException e) {
            throw new ClassNotFoundException(name, e);
        }
    }
}
