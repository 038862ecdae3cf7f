package io.vireo.sim.architecture;

import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.BaseStream;

/**
 * What the deterministic packages never call, as a table over the accesses in the bytecode (calls, method references and fields). Each row
 * is something that makes two runs of one seed differ, or that reaches outside without passing a port. A row sees the static type of the
 * receiver only; that is why hashed collections are banned where they are made, not only where they are iterated.
 */
enum BannedCall {
    CLOCK("take the time as a parameter") {
        @Override
        boolean matches(final JavaAccess<?> access) {
            return isCall(access, "java.lang.System", "currentTimeMillis", "nanoTime")
                    || isOwnedIn(access, "java.time") && isNamed(access, "now")
                    || isOwnedBy(access, "java.time.Clock") && access.getName().startsWith("system")
                    || isConstructorWithoutArguments(access, "java.util.Date")
                    || isCall(access, "java.util.Calendar", "getInstance")
                    || ownerName(access).matches("org\\.agrona\\.concurrent\\.(.*\\.)?System\\w*Clock")
                    || ownerName(access).matches("org\\.agrona\\.concurrent\\.(.*\\.)?(High|Offset)\\w*Clock");
        }
    },
    RANDOMNESS("draw from the RandomSource port, nonces from Secrets") {
        @Override
        boolean matches(final JavaAccess<?> access) {
            return isCall(access, "java.lang.Math", "random")
                    || isCall(access, "java.lang.StrictMath", "random")
                    || isCall(access, "java.util.UUID", "randomUUID")
                    || isConstructorWithoutArguments(access, "java.util.Random")
                    || isConstructorWithoutArguments(access, "java.util.SplittableRandom")
                    || isOwnedBy(access, "java.util.concurrent.ThreadLocalRandom")
                    || access.getTargetOwner().isAssignableTo("java.security.SecureRandom")
                    || isOwnedIn(access, "java.util.random")
                    || isCall(access, "java.util.Collections", "shuffle") && parameterCount(access) == 1;
        }
    },
    THREAD("the host that drives this object owns the threads") {
        @Override
        boolean matches(final JavaAccess<?> access) {
            return access.getTargetOwner().isAssignableTo(Thread.class)
                    || access.getTargetOwner().isAssignableTo(ThreadLocal.class)
                    || isOwnedIn(access, "java.util.concurrent")
                            && !isOwnedBy(access, "java.util.concurrent.TimeUnit")
                            && !isOwnedBy(access, "java.util.concurrent.ThreadLocalRandom")
                    || isCall(access, "java.lang.Object", "wait", "notify", "notifyAll")
                    || isOwnedBy(access, "java.util.Timer")
                    || isOwnedBy(access, "org.agrona.concurrent.AgentRunner")
                    || ownerName(access).matches("org\\.agrona\\.concurrent\\.\\w*IdleStrategy");
        }
    },
    PARALLEL_STREAM("use a loop, or a sequential stream") {
        @Override
        boolean matches(final JavaAccess<?> access) {
            return access.getTargetOwner().isAssignableTo(Collection.class) && isNamed(access, "parallelStream")
                    || access.getTargetOwner().isAssignableTo(BaseStream.class) && isNamed(access, "parallel")
                    || isOwnedBy(access, "java.util.Arrays") && access.getName().startsWith("parallel");
        }
    },
    IDENTITY_HASH("give the object a number of its own") {
        @Override
        boolean matches(final JavaAccess<?> access) {
            return isCall(access, "java.lang.System", "identityHashCode")
                    || isCall(access, "java.lang.Object", "hashCode")
                    || access.getTargetOwner().isAssignableTo(Enum.class) && isNamed(access, "hashCode")
                    || isOwnedBy(access, "java.util.IdentityHashMap");
        }
    },
    SALTED_COLLECTION("its order differs from one JVM to the next: use a list, an EnumSet or a sorted collection") {
        @Override
        boolean matches(final JavaAccess<?> access) {
            return access.getTargetOwner().isEquivalentTo(Set.class) && isNamed(access, "of", "copyOf")
                    || access.getTargetOwner().isEquivalentTo(Map.class) && isNamed(access, "of", "copyOf", "ofEntries")
                    || isCall(access, "java.util.stream.Collectors", "toUnmodifiableSet", "toUnmodifiableMap");
        }
    },
    HASHED_COLLECTION(
            "its order depends on hash codes: use an array, an EnumMap, a sorted or linked or Agrona collection") {
        @Override
        boolean matches(final JavaAccess<?> access) {
            final boolean isHashed = isHashed(access.getTargetOwner());
            return isHashed && isConstructor(access)
                    || isHashed
                            && isNamed(
                                    access,
                                    "keySet",
                                    "values",
                                    "entrySet",
                                    "forEach",
                                    "iterator",
                                    "stream",
                                    "replaceAll",
                                    "toArray")
                    || isOwnedBy(access, "java.util.WeakHashMap")
                    || isCall(access, "java.util.stream.Collectors", "toSet", "toMap", "groupingBy");
        }
    },
    FILE("reach the disk through the Storage port") {
        @Override
        boolean matches(final JavaAccess<?> access) {
            return isOwnedIn(access, "java.nio.channels")
                    || isOwnedBy(access, "java.nio.file.Files")
                    || isOwnedBy(access, "java.nio.file.FileSystems")
                    || isOwnedBy(access, "java.nio.file.FileSystem")
                    || ownerName(access).matches("java\\.io\\.(File|Console|RandomAccessFile)\\w*")
                    || isNamed(access, "toFile", "toRealPath", "toAbsolutePath")
                            && isOwnedBy(access, "java.nio.file.Path")
                    || isOwnedBy(access, "org.agrona.IoUtil")
                    || isOwnedBy(access, "org.agrona.MarkFile");
        }
    },
    SOCKET("reach other processes through the MessageBus port") {
        @Override
        boolean matches(final JavaAccess<?> access) {
            return isOwnedIn(access, "java.net") || isOwnedIn(access, "javax.net") || isOwnedIn(access, "com.sun.net");
        }
    },
    PROCESS("environment, properties and the process belong to launch") {
        @Override
        boolean matches(final JavaAccess<?> access) {
            return isCall(
                            access,
                            "java.lang.System",
                            "getenv",
                            "getProperty",
                            "getProperties",
                            "exit",
                            "load",
                            "loadLibrary",
                            "gc")
                    || isCall(access, "java.lang.Integer", "getInteger")
                    || isCall(access, "java.lang.Long", "getLong")
                    || isCall(access, "java.lang.Boolean", "getBoolean")
                    || isOwnedBy(access, "java.lang.Runtime")
                    || ownerName(access).matches("java\\.lang\\.Process\\w*")
                    || isOwnedIn(access, "java.lang.management")
                    || isOwnedBy(access, "org.agrona.SystemUtil");
        }
    },
    LOG("emit a trace record; the host prints it") {
        @Override
        boolean matches(final JavaAccess<?> access) {
            return isOwnedIn(access, "org.slf4j")
                    || isOwnedIn(access, "java.util.logging")
                    || isCall(access, "java.lang.System", "getLogger")
                    || isOwnedBy(access, "java.lang.System") && isNamed(access, "out", "err", "in")
                    || isNamed(access, "printStackTrace")
                            && access.getTargetOwner().isAssignableTo(Throwable.class);
        }
    };

    private static final String CONSTRUCTOR = "<init>";

    private final String advice;

    BannedCall(final String advice) {
        this.advice = advice;
    }

    abstract boolean matches(JavaAccess<?> access);

    /** One line per banned access and per static field that can change, naming rule, place and what to do instead. */
    static List<String> findings(final JavaClass javaClass) {
        final List<String> findings = new ArrayList<>();
        for (final JavaAccess<?> access : javaClass.getAccessesFromSelf()) {
            for (final BannedCall banned : values()) {
                if (banned.matches(access)) {
                    findings.add(banned + ": " + access.getDescription() + " - " + banned.advice);
                }
            }
        }
        javaClass.getFields().stream()
                .filter(field -> field.getModifiers().contains(JavaModifier.STATIC)
                        && !field.getModifiers().contains(JavaModifier.FINAL))
                .forEach(field -> findings.add(
                        "STATIC_STATE: " + field.getDescription() + " - state belongs to an object that is passed in"));
        return findings;
    }

    private static String ownerName(final JavaAccess<?> access) {
        return access.getTargetOwner().getName();
    }

    private static boolean isOwnedBy(final JavaAccess<?> access, final String className) {
        return ownerName(access).equals(className);
    }

    private static boolean isOwnedIn(final JavaAccess<?> access, final String packageName) {
        return access.getTargetOwner().getPackageName().equals(packageName)
                || access.getTargetOwner().getPackageName().startsWith(packageName + ".");
    }

    private static boolean isNamed(final JavaAccess<?> access, final String... names) {
        for (final String name : names) {
            if (access.getName().equals(name)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isCall(final JavaAccess<?> access, final String className, final String... names) {
        return isOwnedBy(access, className) && isNamed(access, names);
    }

    private static boolean isConstructor(final JavaAccess<?> access) {
        return isNamed(access, CONSTRUCTOR);
    }

    private static boolean isConstructorWithoutArguments(final JavaAccess<?> access, final String className) {
        return isCall(access, className, CONSTRUCTOR) && parameterCount(access) == 0;
    }

    private static int parameterCount(final JavaAccess<?> access) {
        return access.getTarget() instanceof AccessTarget.CodeUnitAccessTarget target
                ? target.getRawParameterTypes().size()
                : 0;
    }

    private static boolean isHashed(final JavaClass owner) {
        return owner.isAssignableTo(HashMap.class) && !owner.isAssignableTo(LinkedHashMap.class)
                || owner.isAssignableTo(HashSet.class) && !owner.isAssignableTo(LinkedHashSet.class);
    }
}
