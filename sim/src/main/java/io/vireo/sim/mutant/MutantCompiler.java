package io.vireo.sim.mutant;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.StringWriter;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/** Plants a mutant in the sources and compiles what it touches, in memory, against the classes of this program. */
public final class MutantCompiler {
    private final Path sources;
    private final JavaCompiler compiler;

    /** @param sources root of a checkout of the repository that this program was built from. */
    public MutantCompiler(final Path sources) {
        this.sources = sources;
        compiler = ToolProvider.getSystemJavaCompiler();
        if (compiler == null) {
            throw new MutantException("planting mutants needs a JDK, this is a Java runtime without a compiler");
        }
        if (!Files.isDirectory(sources.resolve("node/src/main/java"))) {
            throw new MutantException(sources.toAbsolutePath().normalize()
                    + " is no checkout of Vireo's sources; name one with --sources");
        }
    }

    /** Class files by binary name. */
    public Map<String, byte[]> compile(final Mutant mutant) {
        final Map<String, String> edited = new LinkedHashMap<>();
        for (final Mutant.Edit edit : mutant.edits()) {
            final String before = edited.containsKey(edit.file()) ? edited.get(edit.file()) : read(mutant, edit.file());
            edited.put(edit.file(), plant(mutant, edit, before));
        }
        final List<JavaFileObject> units = new ArrayList<>();
        edited.forEach((file, text) -> units.add(new Source(file, text)));
        final StringWriter problems = new StringWriter();
        try (Classes classes = new Classes(compiler.getStandardFileManager(null, null, StandardCharsets.UTF_8))) {
            final List<String> options = List.of("-proc:none", "-nowarn", "-classpath", classPath());
            if (!compiler.getTask(problems, classes, null, options, null, units).call()) {
                throw new MutantException("mutant " + mutant.id() + " does not compile:\n" + problems);
            }
            return classes.bytes();
        } catch (final IOException e) {
            throw new MutantException("mutant " + mutant.id() + " could not be compiled", e);
        }
    }

    private String read(final Mutant mutant, final String file) {
        try {
            return Files.readString(sources.resolve(file));
        } catch (final IOException e) {
            throw new MutantException("mutant " + mutant.id() + ": cannot read " + sources.resolve(file), e);
        }
    }

    private static String plant(final Mutant mutant, final Mutant.Edit edit, final String text) {
        final int at = text.indexOf(edit.anchor());
        if (at < 0 || text.indexOf(edit.anchor(), at + 1) >= 0) {
            throw new MutantException(
                    "mutant " + mutant.id() + ": its anchor stands " + (at < 0 ? "nowhere" : "more than once") + " in "
                            + edit.file() + ", it has to stand there once:\n" + edit.anchor());
        }
        return text.substring(0, at)
                + edit.replacement()
                + text.substring(at + edit.anchor().length());
    }

    /** The jar or directory of this program's classes, wherever it was started from, and what the JVM was given. */
    private static String classPath() throws IOException {
        try {
            final Path own = Path.of(MutantCompiler.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
            return own + java.io.File.pathSeparator + System.getProperty("java.class.path");
        } catch (final URISyntaxException e) {
            throw new IOException("the place of this program's classes is no path", e);
        }
    }

    private static final class Source extends SimpleJavaFileObject {
        private final String text;

        Source(final String file, final String text) {
            super(URI.create("mutant:///" + file.substring(file.indexOf("io/vireo/"))), Kind.SOURCE);
            this.text = text;
        }

        @Override
        public CharSequence getCharContent(final boolean ignoreEncodingErrors) {
            return text;
        }
    }

    private static final class ClassFile extends SimpleJavaFileObject {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        ClassFile(final String name) {
            super(URI.create("mutant:///" + name.replace('.', '/') + Kind.CLASS.extension), Kind.CLASS);
        }

        @Override
        public OutputStream openOutputStream() {
            return bytes;
        }
    }

    private static final class Classes extends ForwardingJavaFileManager<JavaFileManager> {
        private final Map<String, ClassFile> files = new LinkedHashMap<>();

        Classes(final JavaFileManager standard) {
            super(standard);
        }

        @Override
        public JavaFileObject getJavaFileForOutput(
                final Location location, final String name, final JavaFileObject.Kind kind, final FileObject sibling) {
            return files.computeIfAbsent(name, ClassFile::new);
        }

        Map<String, byte[]> bytes() {
            final Map<String, byte[]> bytes = new LinkedHashMap<>();
            files.forEach((name, file) -> bytes.put(name, file.bytes.toByteArray()));
            return bytes;
        }
    }
}
