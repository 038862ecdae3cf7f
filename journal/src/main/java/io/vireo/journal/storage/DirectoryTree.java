package io.vireo.journal.storage;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.TreeSet;

/**
 * The directory of a group and those below it: names, and which directories have changed since they were last synced. Belongs to the I/O
 * thread of a {@link FileStorage}; every call blocks.
 */
final class DirectoryTree {
    private final Path root;
    private final TreeSet<String> changed = new TreeSet<>();
    /** Before the first sync nobody knows what a former process has left unsynced. */
    private boolean isFirstSync = true;

    DirectoryTree(final Path root) {
        this.root = root;
    }

    Path resolve(final String name) {
        return root.resolve(name);
    }

    /** Makes an empty file, and its directory if that is missing. */
    void create(final String name) throws FileAlreadyExistsException, IOException {
        makeDirectory(name);
        Files.createFile(resolve(name));
        changed.add(FileName.directory(name));
    }

    void rename(final String from, final String to) throws IOException {
        makeDirectory(to);
        Files.move(resolve(from), resolve(to), StandardCopyOption.ATOMIC_MOVE);
        changed.add(FileName.directory(from));
        changed.add(FileName.directory(to));
    }

    void delete(final String name) throws IOException {
        Files.delete(resolve(name));
        changed.add(FileName.directory(name));
    }

    /** The group's directory always; those below it if names in them have changed. Last the group's, which has their names. */
    void sync() throws IOException {
        if (isFirstSync) {
            changed.addAll(directories());
            isFirstSync = false;
        }
        changed.remove("");
        for (final String name : changed) {
            force(resolve(name));
        }
        force(root);
        changed.clear();
    }

    /** All names that are ones, sorted. */
    List<String> list() throws IOException {
        final List<String> names = new ArrayList<>();
        addFiles("", names);
        for (final String directory : directories()) {
            addFiles(directory + FileName.SEPARATOR, names);
        }
        Collections.sort(names);
        return Collections.unmodifiableList(names);
    }

    static void force(final Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private void makeDirectory(final String name) throws IOException {
        final String directory = FileName.directory(name);
        if (!directory.isEmpty() && !Files.isDirectory(resolve(directory))) {
            Files.createDirectory(resolve(directory));
        }
    }

    private void addFiles(final String prefix, final List<String> names) throws IOException {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(root.resolve(prefix), Files::isRegularFile)) {
            for (final Path path : entries) {
                final String name = prefix + path.getFileName();
                if (FileName.isName(name)) {
                    names.add(name);
                }
            }
        }
    }

    private List<String> directories() throws IOException {
        final List<String> names = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(root, Files::isDirectory)) {
            for (final Path path : entries) {
                final String name = path.getFileName().toString();
                if (FileName.isName(name)) {
                    names.add(name);
                }
            }
        }
        return names;
    }
}
