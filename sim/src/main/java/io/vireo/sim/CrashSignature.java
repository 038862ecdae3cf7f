package io.vireo.sim;

/** Gives exceptions of one cause one name: message without numbers, and the place in the product's code that threw. */
public final class CrashSignature {
    private CrashSignature() {}

    /** Constant for one cause; the exception's own text has the values. */
    public static String of(final RuntimeException crash) {
        final String message = String.valueOf(crash.getMessage()).replaceAll("-?[0-9]+", "#");
        for (final StackTraceElement element : crash.getStackTrace()) {
            if (element.getClassName().startsWith("io.vireo.")
                    && !element.getClassName().endsWith(".Invariant")) {
                return "crash: " + message + " (" + element.getFileName() + ":" + element.getMethodName() + ")";
            }
        }
        return "crash: " + message;
    }
}
