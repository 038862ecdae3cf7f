package io.vireo.bootstrap.config;

/** A setting that breaks a rule. The message names setting, value and rule; it is for the operator, who can do something about it. */
public final class ConfigException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String setting;

    public ConfigException(final String setting, final Object value, final String rule) {
        super(setting + " = " + value + ": " + rule);
        this.setting = setting;
    }

    /** Name of the setting, as in the cluster file. */
    public String setting() {
        return setting;
    }
}
