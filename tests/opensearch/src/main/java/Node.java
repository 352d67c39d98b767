import java.io.OutputStream;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Starts one node of a search engine on loopback, for tests: alone, or as one
 * of a cluster, each of whose nodes is a process of its own.
 *
 * <pre>java -cp 'target/ENGINE/*' Node FOLDER HTTP_PORT [NUMBER TRANSPORT_PORT...]</pre>
 *
 * FOLDER gets the node's data; an HTTP_PORT of 0 is any that is free. In a
 * cluster NUMBER tells which node this is, from 0, and each node is given the
 * same TRANSPORT_PORTs, one for each. Once the node takes requests it prints
 * one line, {"http":PORT,"node":NUMBER}, and runs until it is killed, or its
 * standard input ends.
 *
 * The engines differ in the names of their classes and in how a node is told
 * of its modules, so that all of it goes by reflection: the same file starts
 * OpenSearch 2 and 3 and Elasticsearch 7. Settings that matter: a full disk of
 * the machine must not block the indexes, unless a test asks for it with
 * -Dnode.SETTING=VALUE.
 */
public final class Node {
    /** The modules of a distribution that we need, under their names in each engine. */
    private static final String[][] MODULES = {
        {"transport.Netty4ModulePlugin", "transport.Netty4Plugin", "transport.netty4.Netty4Plugin"},
        {"analysis.common.CommonAnalysisModulePlugin", "analysis.common.CommonAnalysisPlugin"},
        {"painless.PainlessModulePlugin", "painless.PainlessPlugin"},
        {"index.reindex.ReindexModulePlugin", "index.reindex.ReindexPlugin", "reindex.ReindexPlugin"},
    };

    private static String root;

    private Node() {}

    public static void main(String[] arguments) throws Exception {
        root = find("org.opensearch.node.Node") != null ? "org.opensearch." : "org.elasticsearch.";
        Path home = Path.of(arguments[0]);
        int number = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 0;
        List<String> ports = arguments.length > 3
            ? List.of(arguments).subList(3, arguments.length) : List.of("0");
        Files.createDirectories(home.resolve("config"));
        Object environment = environment(settings(home, arguments[1], number, ports), home);
        AutoCloseable node = start(environment);
        OutputStream out = System.out;
        out.write(("{\"http\":" + httpPort(node) + ",\"node\":" + number + "}\n").getBytes());
        out.flush();
        while (System.in.read() >= 0) {
            // Whoever started it is still there.
        }
        Runtime.getRuntime().halt(0);
    }

    private static List<String[]> settings(Path home, String http, int number, List<String> ports) {
        List<String[]> all = new ArrayList<>();
        all.add(new String[] {"cluster.name", "trial"});
        all.add(new String[] {"node.name", "node-" + number});
        all.add(new String[] {"path.home", home.toString()});
        all.add(new String[] {"path.data", home.resolve("data").toString()});
        all.add(new String[] {"network.host", "127.0.0.1"});
        all.add(new String[] {"http.type", "netty4"});
        all.add(new String[] {"http.port", http});
        all.add(new String[] {"transport.type", "netty4"});
        all.add(new String[] {"cluster.routing.allocation.disk.threshold_enabled", "false"});
        if (ports.size() > 1) {
            List<String> names = new ArrayList<>();
            List<String> hosts = new ArrayList<>();
            for (int at = 0; at < ports.size(); at++) {
                names.add("node-" + at);
                hosts.add("127.0.0.1:" + ports.get(at));
            }
            String managers = root.contains("opensearch") ? "cluster_manager" : "master";
            all.add(new String[] {"cluster.initial_" + managers + "_nodes", String.join(",", names)});
            all.add(new String[] {"discovery.seed_hosts", String.join(",", hosts)});
            all.add(new String[] {"transport.port", ports.get(number)});
        } else {
            all.add(new String[] {"discovery.type", "single-node"});
            all.add(new String[] {"transport.port", "0"});
        }
        for (String name : System.getProperties().stringPropertyNames()) {
            if (name.startsWith("node.")) {
                all.add(new String[] {name.substring("node.".length()), System.getProperty(name)});
            }
        }
        return all;
    }

    private static Object environment(List<String[]> settings, Path home) throws Exception {
        Class<?> kind = Class.forName(root + "common.settings.Settings");
        Object builder = kind.getMethod("builder").invoke(null);
        Method put = builder.getClass().getMethod("put", String.class, String.class);
        for (String[] setting : settings) {
            put.invoke(builder, setting[0], setting[1]);
        }
        Object built = builder.getClass().getMethod("build").invoke(builder);
        Supplier<String> name = () -> "node";
        return Class.forName(root + "node.InternalSettingsPreparer")
            .getMethod("prepareEnvironment", kind, Map.class, Path.class, Supplier.class)
            .invoke(null, built, Map.of(), home, name);
    }

    private static AutoCloseable start(Object environment) throws Exception {
        Class<?> kind = Class.forName(root + "node.Node");
        Collection<Class<?>> modules = new ArrayList<>();
        for (String[] names : MODULES) {
            for (String name : names) {
                Class<?> module = find(root + name);
                if (module != null) {
                    modules.add(module);
                    break;
                }
            }
        }
        if (find("elasticsearch.Analysis") != null) {
            modules.add(find("elasticsearch.Analysis"));
        }
        Constructor<?> constructor = null;
        for (Constructor<?> one : kind.getDeclaredConstructors()) {
            if (one.getParameterCount() == 3) {
                constructor = one;
            }
        }
        constructor.setAccessible(true);
        boolean isByInfo = constructor.getGenericParameterTypes()[1].getTypeName().contains("PluginInfo");
        Object given = isByInfo ? infos(modules) : modules;
        Object node = constructor.newInstance(environment, given, false);
        kind.getMethod("start").invoke(node);
        return (AutoCloseable) node;
    }

    /** What OpenSearch 3 wants to know of a module. */
    private static List<Object> infos(Collection<Class<?>> modules) throws Exception {
        Class<?> versions = Class.forName(root + "Version");
        Object current = versions.getField("CURRENT").get(null);
        Constructor<?> constructor = Class.forName(root + "plugins.PluginInfo").getConstructor(
            String.class, String.class, String.class, versions, String.class, String.class,
            String.class, List.class, boolean.class);
        List<Object> infos = new ArrayList<>();
        for (Class<?> module : modules) {
            infos.add(constructor.newInstance(module.getSimpleName(), "a module", "1", current, "17",
                module.getName(), null, List.of(), false));
        }
        return infos;
    }

    /** The port that the node listens on. */
    private static int httpPort(AutoCloseable node) throws Exception {
        Method injector = node.getClass().getDeclaredMethod("injector");
        injector.setAccessible(true);
        Object found = injector.invoke(node);
        Method get = found.getClass().getMethod("getInstance", Class.class);
        get.setAccessible(true);
        Object server = get.invoke(found, Class.forName(root + "http.HttpServerTransport"));
        Object bound = call(call(server, "boundAddress"), "publishAddress");
        return (Integer) call(bound, "getPort");
    }

    private static Object call(Object on, String name) throws Exception {
        Method method = on.getClass().getMethod(name);
        method.setAccessible(true);
        return method.invoke(on);
    }

    private static Class<?> find(String name) {
        try {
            return Class.forName(name);
        } catch (ClassNotFoundException absent) {
            return null;
        }
    }
}
