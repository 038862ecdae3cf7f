package io.vireo.node.launch;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.vireo.node.gateway.service.RootUser;
import io.vireo.node.iggy.Secret;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The generated password of the root user, in a file of the replica that only its owner can read: written and synced before the command that
 * makes the user is sent, so that neither the end of the process nor the level of the log can lose it. Shown once, on standard output. Belongs
 * to the thread of the first shard, which it makes wait for the disk, once in the life of a cluster.
 */
final class RootPasswordFile implements RootUser.Keeper {
    static final String NAME = "root-password";

    private static final Logger LOG = LoggerFactory.getLogger(RootPasswordFile.class);
    private static final int LENGTH_MAX = 4096;

    private final Path file;

    /** @param replicaDir with the replica's data. */
    RootPasswordFile(final Path replicaDir) {
        this.file = replicaDir.resolve(NAME);
    }

    /** What an earlier life of the node has kept. */
    Optional<Secret> read() {
        try {
            if (Files.size(file) > LENGTH_MAX) {
                throw new OperatorException(file + " is longer than a password; remove it");
            }
            final String password = Files.readString(file, UTF_8).strip();
            return password.isEmpty() ? Optional.empty() : Optional.of(new Secret(password));
        } catch (final NoSuchFileException e) {
            return Optional.empty();
        } catch (final IOException e) {
            throw new OperatorException("cannot read " + file + ": " + Failures.text(e), e);
        }
    }

    @Override
    public void keep(final RootUser.Login login) {
        final Path part = file.resolveSibling(NAME + ".part");
        try {
            Files.deleteIfExists(part);
            final FileAttribute<?>[] attributes =
                    file.getFileSystem().supportedFileAttributeViews().contains("posix")
                            ? new FileAttribute<?>[] {
                                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
                            }
                            : new FileAttribute<?>[0];
            try (FileChannel channel = FileChannel.open(
                    part, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), attributes)) {
                final ByteBuffer bytes = ByteBuffer.wrap((login.password().value() + "\n").getBytes(UTF_8));
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
                channel.force(true);
            }
            Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
            syncDirectory();
        } catch (final IOException e) {
            throw new OperatorException("cannot write " + file + ": " + Failures.text(e), e);
        }
    }

    @Override
    public void onMade(final RootUser.Login login, final boolean isNew) {
        if (isNew) {
            System.out.println("event=root-user name=" + login.name()
                    + " password=" + login.password().value()
                    + " file=" + file
                    + " text=\"generated, and shown only here; the file has it until you remove it\"");
            System.out.flush();
        } else {
            LOG.info("event=root-password-kept file={} text=\"the generated password of the root user\"", file);
        }
    }

    @Override
    public void discard() {
        try {
            if (Files.deleteIfExists(file)) {
                syncDirectory();
                LOG.info("event=root-password-removed file={} text=\"the root user has another password\"", file);
            }
        } catch (final IOException e) {
            LOG.warn("event=root-password-left file={} text=\"{}\"", file, Failures.text(e));
        }
    }

    private void syncDirectory() throws IOException {
        try (FileChannel directory = FileChannel.open(file.getParent(), StandardOpenOption.READ)) {
            directory.force(true);
        }
    }
}
