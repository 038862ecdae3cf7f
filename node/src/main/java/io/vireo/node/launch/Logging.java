package io.vireo.node.launch;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import org.slf4j.ILoggerFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sets the level of the log and sees to it that its last lines are written. The appender is in {@code logback.xml}. */
final class Logging {
    private Logging() {}

    static void level(final String level) {
        final Logger root = LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);
        if (root instanceof ch.qos.logback.classic.Logger) {
            ((ch.qos.logback.classic.Logger) root).setLevel(Level.toLevel(level));
        }
    }

    /** Writes what waits and ends the log. */
    static void stop() {
        final ILoggerFactory factory = LoggerFactory.getILoggerFactory();
        if (factory instanceof LoggerContext) {
            ((LoggerContext) factory).stop();
        }
    }
}
