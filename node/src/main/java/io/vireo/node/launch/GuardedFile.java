package io.vireo.node.launch;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.Arrays;
import java.util.Collections;
import java.util.Set;

/**
 * A file on which it depends who gets in: read whole, and only if it is a file of this process's user, or of root, that nobody else may
 * change, and of something secret read. What the path names is looked at before and after, so that what was judged is what was read, whoever may exchange files in the
 * directory once meanwhile.
 */
final class GuardedFile {
    private static final int ROOT = 0;
    private static final Path SELF = Path.of("/proc/self");

    /** Who may read a file; nobody but its owner may change it. */
    enum Readers {
        OWNER("rw-------", "600", "nobody but its owner may read or change it"),
        GROUP("rw-r-----", "640", "nobody but its owner and its group may read it, and its owner alone change it"),
        ALL("rwxr-xr-x", "644", "nobody but its owner may change it");

        private final Set<PosixFilePermission> allowed;
        private final String octal;
        private final String rule;

        Readers(final String mode, final String octal, final String rule) {
            this.allowed = Collections.unmodifiableSet(PosixFilePermissions.fromString(mode));
            this.octal = octal;
            this.rule = rule;
        }
    }

    private final String what;
    private final Readers readers;
    private final int bytesMax;

    /** @param what it is, for errors: "secret file". */
    GuardedFile(final String what, final Readers readers, final int bytesMax) {
        this.what = what;
        this.readers = readers;
        this.bytesMax = bytesMax;
    }

    /**
     * What is in it.
     *
     * @param origin where the file is named, for errors.
     * @throws OperatorException if it is not what it should be.
     * @throws IOException if it is not there, or cannot be read.
     * @throws UnsupportedOperationException if the file system does not know whose a file is.
     */
    byte[] read(final Path file, final String origin) throws IOException {
        if (file.toString().isEmpty()) {
            throw new OperatorException(
                    "the name of the " + what + " is empty: name a file, or set none (from " + origin + ")");
        }
        final PosixFileAttributes before = Files.readAttributes(file, PosixFileAttributes.class);
        judge(file, before, origin);
        final byte[] contents = contents(file);
        final PosixFileAttributes after = Files.readAttributes(file, PosixFileAttributes.class);
        judge(file, after, origin);
        if (before.fileKey() != null && !before.fileKey().equals(after.fileKey())) {
            throw problem(file, "was exchanged while it was read; start again", origin);
        }
        if (contents.length > bytesMax) {
            throw problem(file, "has more than " + bytesMax + " bytes", origin);
        }
        return contents;
    }

    private byte[] contents(final Path file) throws IOException {
        final ByteBuffer contents = ByteBuffer.allocate(bytesMax + 1);
        try (SeekableByteChannel channel = Files.newByteChannel(file, StandardOpenOption.READ)) {
            int length = 0;
            while (length >= 0 && contents.hasRemaining()) {
                length = channel.read(contents);
            }
        }
        return Arrays.copyOf(contents.array(), contents.position());
    }

    private void judge(final Path file, final PosixFileAttributes attributes, final String origin) throws IOException {
        if (!attributes.isRegularFile()) {
            throw problem(file, "is no regular file", origin);
        }
        final Set<PosixFilePermission> mode = attributes.permissions();
        if (!readers.allowed.containsAll(mode)) {
            throw problem(
                    file,
                    "has mode " + PosixFilePermissions.toString(mode) + ": " + readers.rule + "; run \"chmod "
                            + readers.octal + " " + file + "\", and "
                            + (readers == Readers.ALL
                                    ? "look whether it is still what it was"
                                    : "make a new one if somebody else may have read it"),
                    origin);
        }
        if (!Files.getAttribute(file, "unix:uid").equals(ROOT)
                && !attributes.owner().equals(user())) {
            throw problem(
                    file,
                    "belongs to the user " + attributes.owner().getName()
                            + ", who can change it whatever its mode: it has to belong to the user of this process, or to root",
                    origin);
        }
    }

    private OperatorException problem(final Path file, final String problem, final String origin) {
        return new OperatorException("the " + what + " " + file + " " + problem + " (from " + origin + ")");
    }

    /** Whose this process is. */
    private static UserPrincipal user() throws IOException {
        return Files.exists(SELF)
                ? Files.getOwner(SELF)
                : SELF.getFileSystem()
                        .getUserPrincipalLookupService()
                        .lookupPrincipalByName(System.getProperty("user.name"));
    }
}
