package io.vireo.node.tls;

import io.vireo.node.message.RejectFlyweight;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.PKIXReason;

/** What the TLS library reports, in words of an operator: one line each, with what to look at. */
final class TlsFailure {
    private static final String RECEIVED = "Received fatal alert: ";

    private TlsFailure() {}

    /** @param trusted which CAs are trusted here, for people. */
    static String text(final Throwable failure, final String trusted) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof CertificateExpiredException) {
                return "the certificate of the other side has expired (" + oneLine(cause) + ")";
            }
            if (cause instanceof CertificateNotYetValidException) {
                return "the certificate of the other side is not valid yet (" + oneLine(cause)
                        + "): compare the clocks of both machines";
            }
            if (cause instanceof CertificateException && isAboutName(oneLine(cause))) {
                return "the certificate of the other side is made for other names than the one that was dialled ("
                        + oneLine(cause) + ")";
            }
            if (cause instanceof CertPathBuilderException || isWithoutAnchor(cause)) {
                return "the certificate of the other side is of a CA that is not trusted here (" + trusted + ")";
            }
        }
        final String text = oneLine(failure);
        if (text.contains("nrecognized SSL message")) {
            return "the other side speaks without TLS, and this one with it";
        }
        final int alert = text.indexOf(RECEIVED);
        return alert < 0
                ? "TLS fails: " + text
                : "the other side refuses: " + refusal(text.substring(alert + RECEIVED.length()));
    }

    private static boolean isAboutName(final String text) {
        return text.startsWith("No subject alternative") || text.startsWith("No name matching");
    }

    private static boolean isWithoutAnchor(final Throwable cause) {
        return cause instanceof CertPathValidatorException path && path.getReason() == PKIXReason.NO_TRUST_ANCHOR;
    }

    /** By the name of the alert (RFC 8446 section 6.2). */
    private static String refusal(final String alert) {
        return switch (alert) {
            case "bad_certificate", "certificate_unknown", "unknown_ca", "unsupported_certificate" ->
                "it does not trust the certificate that is shown here, or it is not made for the name that was dialled ("
                        + alert + ")";
            case "certificate_expired" -> "the certificate that is shown here has expired (" + alert + ")";
            case "certificate_required" -> "it wants a certificate of this side (" + alert + ")";
            case "protocol_version", "handshake_failure" ->
                "the two sides have no version of TLS or no cipher suite in common (" + alert + ")";
            case "unexpected_message" -> "it takes this side for one that does not speak TLS (" + alert + ")";
            default -> alert;
        };
    }

    private static String oneLine(final Throwable failure) {
        final String message = failure.getMessage();
        return message == null ? failure.getClass().getSimpleName() : RejectFlyweight.readable(message);
    }
}
