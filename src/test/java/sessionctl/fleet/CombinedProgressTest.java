package sessionctl.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import sessionctl.Samples;

class CombinedProgressTest {
    private final List<String> reports = new ArrayList<>();

    static Stream<Method> methods() {
        return Arrays.stream(Progress.class.getDeclaredMethods()).filter(method -> !method.isSynthetic());
    }

    private Progress recording(String name) {
        return (Progress) Proxy.newProxyInstance(
                Progress.class.getClassLoader(), new Class<?>[] {Progress.class}, (proxy, method, arguments) -> {
                    reports.add(name + " " + method.getName() + (arguments == null ? "" : Arrays.toString(arguments)));
                    return null;
                });
    }

    private static Object example(Class<?> type) {
        if (type == int.class) {
            return 7;
        }
        if (type == boolean.class) {
            return true;
        }
        if (type == String.class) {
            return "text";
        }
        return type == Throwable.class ? new IllegalStateException("example") : Samples.lamp01();
    }

    @ParameterizedTest
    @MethodSource("methods")
    void everyReportReachesEveryReceiver(Method method) throws ReflectiveOperationException {
        Progress combined = new CombinedProgress(List.of(recording("one"), recording("two")));
        Object[] arguments = Arrays.stream(method.getParameterTypes())
                .map(CombinedProgressTest::example)
                .toArray();
        method.invoke(combined, arguments);
        String report = " " + method.getName() + (arguments.length == 0 ? "" : Arrays.toString(arguments));
        assertThat(reports).containsExactly("one" + report, "two" + report);
    }
}
