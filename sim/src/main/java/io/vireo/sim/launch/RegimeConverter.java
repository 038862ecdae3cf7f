package io.vireo.sim.launch;

import io.vireo.sim.fault.Regime;
import java.util.Arrays;
import java.util.stream.Collectors;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A regime by its name. */
final class RegimeConverter implements ITypeConverter<Regime> {
    @Override
    public Regime convert(final String value) {
        for (final Regime regime : Regime.values()) {
            if (regime.toString().equals(value)) {
                return regime;
            }
        }
        throw new TypeConversionException("'" + value + "' is none of "
                + Arrays.stream(Regime.values()).map(Regime::toString).collect(Collectors.joining(", ")));
    }
}
