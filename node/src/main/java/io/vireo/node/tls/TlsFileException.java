package io.vireo.node.tls;

import java.nio.file.Path;

/** A file with certificates or a key is not what it should be; the text names the file and what is wrong with it. The operator's to solve. */
public final class TlsFileException extends Exception {
    private static final long serialVersionUID = 1L;

    private final String file;

    TlsFileException(final Path file, final String problem, final Throwable cause) {
        super(file + " " + problem, cause);
        this.file = file.toString();
    }

    TlsFileException(final Path file, final String problem) {
        this(file, problem, null);
    }

    /** The one that is to blame. */
    public Path file() {
        return Path.of(file);
    }
}
