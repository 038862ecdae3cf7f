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
import java.util.EnumSet;
import java.util.Set;

/**
 * A file that holds something secret: read whole, and only if it is a file of this process's user, or of root, that nobody else may change
 * or read. What the path names is looked at before and after, so that what was judged is what was read, whoever may exchange files in the
 * directory once meanwhile.
 */
final class PrivateFile {
    private static final int ROOT = 0;
    private static final Path SELF = Path.of("/proc/self");

    private static final Set<PosixFilePermission> OF_OWNER =
            EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);
    private static final Set<PosixFilePermission> OF_OWNER_AND_READERS =
            EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE, PosixFilePermission.GROUP_READ);

    private final String what;
    private final Set<PosixFilePermission> allowed;
    private final int bytesMax;

    /**
     * @param what it is, for errors: "secret file".
     * @param isForGroup true if the members of its group may read it too.
     */
    PrivateFile(final String what, final boolean isForGroup, final int bytesMax) {
        this.what = what;
        this.allowed = isForGroup ? OF_OWNER_AND_READERS : OF_OWNER;
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
        if (!allowed.containsAll(mode)) {
            throw problem(
                    file,
                    "has mode " + PosixFilePermissions.toString(mode)
                            + ": nobody but its owner may read or change it; run \"chmod 600 " + file
                            + "\", and make a new one if somebody else may have read it",
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
