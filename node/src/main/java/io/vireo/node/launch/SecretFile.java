package io.vireo.node.launch;

import io.vireo.node.auth.ClusterSecret;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.EnumSet;
import java.util.Set;

/** The file that holds the secret of a cluster as text: made for, and read only where nobody but its owner may read it. */
final class SecretFile {
    /** Beside the cluster file, where nothing else is said. */
    static final String NAME = "cluster.secret";

    private static final Set<PosixFilePermission> OWNER =
            EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);

    /** With the end of its line. */
    private static final GuardedFile FILE =
            new GuardedFile("secret file", GuardedFile.Readers.OWNER, ClusterSecret.BYTES_MAX + 2);

    private static final String NO_MODES =
            "this file system does not say who may read a file; use " + Settings.SECRET_VARIABLE + " instead";

    private SecretFile() {}

    /** Makes a new one, mode 0600; one that exists is an error and stays as it is. */
    static void create(final Path file) {
        final byte[] text =
                (ClusterSecret.newText(new SecureRandom()::nextBytes) + "\n").getBytes(StandardCharsets.US_ASCII);
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            write(file, text);
        } catch (final FileAlreadyExistsException e) {
            throw new OperatorException(
                    "the secret file " + file
                            + " exists and is left as it is: a cluster whose members have different secrets does not work; name another file for a new one",
                    e);
        } catch (final IOException e) {
            throw new OperatorException("cannot write the secret file " + file + ": " + Failures.text(e), e);
        } catch (final UnsupportedOperationException e) {
            throw new OperatorException("cannot write the secret file " + file + ": " + NO_MODES, e);
        }
    }

    /** Opened with its mode, and only once: at no moment somebody else may open it, or put another in its place. */
    private static void write(final Path file, final byte[] text) throws IOException {
        try (SeekableByteChannel channel = Files.newByteChannel(
                file,
                EnumSet.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, StandardOpenOption.DSYNC),
                PosixFilePermissions.asFileAttribute(OWNER))) {
            final ByteBuffer rest = ByteBuffer.wrap(text);
            try {
                while (rest.hasRemaining()) {
                    channel.write(rest);
                }
            } catch (final IOException e) {
                // A part of a secret must not be left where the next start would take it for one.
                Files.delete(file);
                throw e;
            }
        }
    }

    /** @param origin where the file is named, for errors. */
    static ClusterSecret read(final Path file, final String origin) {
        try {
            final byte[] text = FILE.read(file, origin);
            return ClusterSecret.ofText(new String(text, StandardCharsets.UTF_8));
        } catch (final NoSuchFileException e) {
            throw new OperatorException(
                    "there is no secret file " + file
                            + "; copy it from another member of the cluster, or make one for all by \"vireo secret "
                            + file + "\" (from " + origin + ")",
                    e);
        } catch (final IllegalArgumentException e) {
            throw new OperatorException(
                    "the secret file " + file + " " + e.getMessage() + "; \"vireo secret\" makes a good one (from "
                            + origin + ")",
                    e);
        } catch (final IOException e) {
            throw new OperatorException(
                    "cannot read the secret file " + file + ": " + Failures.text(e) + " (from " + origin + ")", e);
        } catch (final UnsupportedOperationException e) {
            throw new OperatorException(
                    "cannot read the secret file " + file + ": " + NO_MODES + " (from " + origin + ")", e);
        }
    }
}
