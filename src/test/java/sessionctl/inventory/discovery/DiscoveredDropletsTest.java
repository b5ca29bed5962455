package sessionctl.inventory.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import sessionctl.inventory.Cluster;
import sessionctl.inventory.Droplet;
import sessionctl.inventory.Inventory;
import sessionctl.inventory.SshAccess;

class DiscoveredDropletsTest {
    private static final String THREE = """
            droplets:
              - {name: lamp01, public_ip: 203.0.113.11, private_ip: 10.110.0.2}
              - {name: lamp02, public_ip: 203.0.113.12, private_ip: 10.110.0.3}
              - {name: lamp03, public_ip: 203.0.113.13, private_ip: 10.110.0.4}
            """;

    private static DiscoveredDroplets listing(String name) throws IOException {
        return ToolOutput.read(name, Files.readString(Path.of("src/test/resources/listings", name)));
    }

    private static StarterInventory starter(DiscoveredDroplets listing) throws IOException {
        return StarterInventory.of(Files.readString(Path.of("inventories/example.yml")), listing);
    }

    private static Cluster cluster(String text) {
        return Inventory.parse("inventory.yml", text).orElseThrow(problems -> new AssertionError(problems.toString()));
    }

    private static List<String> names(DiscoveredDroplets listing) {
        return listing.droplets().stream().map(DiscoveredDroplet::name).toList();
    }

    private static StarterInventory of(String text) throws IOException {
        return starter(ToolOutput.read("list", text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "terraform-state.json",
                "terraform-outputs.json",
                "output-value.json",
                "output-map.json",
                "lines.txt"
            })
    void listingsOfEveryToolBecomeAnInventory(String name) throws IOException {
        StarterInventory starter = starter(listing(name));
        assertThat(starter.leftOut()).isEmpty();
        assertThat(starter.usable()).isEqualTo(3);
        assertThat(cluster(starter.text())).isEqualTo(cluster(THREE));
    }

    @Test
    void dropletsListedByDoctlAreChosenByTag() throws IOException {
        StarterInventory starter = starter(listing("doctl.json").select(List.of("web"), List.of()));
        assertThat(cluster(starter.text()).droplets())
                .extracting(Droplet::toString)
                .containsExactly("lamp01 (203.0.113.11)", "lamp02 (203.0.113.12)");
        assertThat(starter.leftOut())
                .containsExactly("old01 is left out: it has no private address for memcached; add it to a VPC network");
        assertThat(starter.text()).endsWith("\n# " + starter.leftOut().get(0) + "\n");
    }

    @Test
    void dropletsListedByAnsibleAreChosenByGroupAndKeepTheirSshSettings() throws IOException {
        StarterInventory starter = starter(listing("ansible.json").select(List.of("shop"), List.of()));
        List<Droplet> droplets = cluster(starter.text()).droplets();
        assertThat(droplets)
                .extracting(Droplet::toString)
                .containsExactly("lamp01 (203.0.113.11)", "lamp02 (203.0.113.12)", "lamp03 (203.0.113.13)");
        assertThat(droplets.get(0).ssh()).isEqualTo(new SshAccess("deploy", 2222, "~/.ssh/my key", null, null));
        assertThat(droplets.get(1).ssh()).isEqualTo(SshAccess.defaults());
        assertThat(starter.leftOut()).singleElement().asString().startsWith("lamp04 is left out: it has no private");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '>',
            value = {
                "shop     >         > lamp01",
                "web,none > lamp*   > lamp01,lamp02",
                "         > *01     > lamp01,old01,db01",
                "         > lamp0?,db01 > lamp01,lamp02,db01",
            })
    void dropletsAreChosenByTagsAndNames(String tags, String patterns, String chosen) throws IOException {
        DiscoveredDroplets listing = listing("doctl.json")
                .select(
                        tags == null ? List.of() : List.of(tags.split(",")),
                        patterns == null ? List.of() : List.of(patterns.split(",")));
        assertThat(names(listing)).containsExactly(chosen.split(","));
    }

    @Test
    void anEmptyChoiceIsRefusedWithTheExistingNamesAndTags() throws IOException {
        DiscoveredDroplets listing = listing("doctl.json");
        assertThatThrownBy(() -> listing.select(List.of("wbe"), List.of()))
                .hasMessage("none of the 4 listed droplets matches --tag and --name; there are db01, lamp01, lamp02,"
                        + " old01, with the tags shop, web");
    }

    @Test
    void theStarterInventoryKeepsItsComments() throws IOException {
        String text = starter(listing("lines.txt")).text();
        assertThat(text)
                .contains(
                        "#port: 11211",
                        "# The droplets that share their sessions.",
                        "    #leaving: false\n\n  - name: lamp02")
                .contains("The droplets at the end are those of your list; nothing else is needed.")
                .doesNotContain("1.1.1.1", "Change the names");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '>',
            value = {
                "lamp_1 203.0.113.1 10.0.0.1   > lamp_1 is left out: name: \"lamp_1\" is not a droplet name, expected",
                "lamp01 lamp01.example 10.0.0.1 > lamp01 is left out: public_ip: \"lamp01.example\" is a host name,"
                        + " expected",
                "lamp01 203.0.113.1 fd00::1    > lamp01 is left out: private_ip: \"fd00::1\" is an IPv6 address,"
                        + " expected",
                "lamp01 203.0.113.1            > lamp01 is left out: it has no private address",
                "lamp01 10.0.0.1 10.0.0.1      > lamp01 is left out: private_ip: duplicate \"10.0.0.1\"",
            })
    void anUnusableDropletIsLeftOutWithAReason(String line, String reason) throws IOException {
        StarterInventory starter = of(line + "\nlamp09 203.0.113.9 10.0.0.9\n");
        assertThat(starter.leftOut()).singleElement().asString().startsWith(reason);
        assertThat(cluster(starter.text()).droplets()).hasSize(1);
    }

    @Test
    void aSecondDropletWithTheSameNameOrAddressIsLeftOut() throws IOException {
        StarterInventory starter = of("""
                a 203.0.113.1 10.0.0.1
                A 203.0.113.2 10.0.0.2
                b 203.0.113.1 10.0.0.3
                c 203.0.113.3 10.0.0.1
                d 203.0.113.4 10.0.0.4
                """);
        assertThat(starter.leftOut())
                .containsExactly(
                        "A is left out: the name a is already used by a",
                        "b is left out: the address 203.0.113.1 is already used by a",
                        "c is left out: the address 10.0.0.1 is already used by a");
        assertThat(cluster(starter.text()).droplets()).hasSize(2);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '>',
            value = {
                "''                                 > list: lists no droplet; expected the output of doctl compute",
                "# nothing                          > list: lists no droplet; expected",
                "[]                                 > list: lists no droplet; expected",
                "{}                                 > list: lists no droplet; expected",
                "{\"format_version\":\"1.0\"}       > list: lists no droplet; expected",
                "{\"planned_values\":{},\"x\":1}    > list: is a plan, which does not contain the addresses yet;"
                        + " expected",
                "[{\"name\":\"a\"                   > list:1:2: this is not JSON: a bracket is never closed; expected",
                "{\"a\": &a [*a]}                   > list:1:",
                "all:                               > list:1: \"all:\" is not a droplet; expected",
                "a b c d                            > list:1: \"a b c d\" is not a droplet; expected",
            })
    void aFileThatIsNoListingIsRefused(String text, String said) {
        assertThatThrownBy(() -> ToolOutput.read("list", text))
                .isInstanceOf(InvalidListingException.class)
                .hasMessageStartingWith(said);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"name,public,private", "NAME PUBLIC_IP PRIVATE_IP", "Name    Public IPv4    Private IPv4    "})
    void aHeadingIsSkipped(String heading) {
        assertThat(names(ToolOutput.read("list", heading + "\na 203.0.113.1 10.0.0.1\n")))
                .containsExactly("a");
    }

    @Test
    void tabsBetweenJsonValuesAreAccepted() throws IOException {
        StarterInventory starter =
                of("[\n\t{\n\t\t\"name\":\t\"a\\tb\",\r\n\t\t\"public_ip\": \"1.1.1.1\", \"private_ip\":"
                        + " \"10.0.0.1\"}\n]\n");
        assertThat(starter.leftOut()).singleElement().asString().startsWith("a\\u0009b is left out: ");
    }

    @Test
    void aVariableInAListingIsKeptAsText() throws IOException {
        StarterInventory starter = of("[{\"name\":\"a\",\"public_ip\":\"1.1.1.1\",\"private_ip\":\"10.0.0.1\","
                + "\"ansible_private_key_file\":\"${HOME}/x\"}]");
        assertThat(cluster(starter.text()).droplets().get(0).ssh().key()).isEqualTo("${HOME}/x");
    }

    private static final String ADDRESSES = "\"ipv4_address\":\"203.0.113.%d\",\"ipv4_address_private\":\"10.0.0.%d\"";

    private static String attributes(String name, int number) {
        return "{\"name\":\"" + name + "\"," + ADDRESSES.formatted(number, number) + "}";
    }

    private static List<String> found(String json) {
        return ToolOutput.read("list", json).droplets().stream()
                .map(d -> d.name() + " " + d.publicIp() + " " + d.privateIp())
                .toList();
    }

    /** A state file, and the same state as {@code terraform show -json} prints it. */
    @Test
    void managedResourcesOfAStateAreDropletsAndDataSourcesAreNot() {
        String data = "{\"mode\":\"data\",\"type\":\"digitalocean_droplet\",\"name\":\"old\",";
        String web =
                "{\"module\":\"module.m[\\\"fra\\\"]\",\"mode\":\"managed\",\"type\":\"digitalocean_droplet\",\"name\":\"web\",";
        String balancer = "{\"mode\":\"managed\",\"type\":\"digitalocean_loadbalancer\",\"name\":\"lb\",\"instances\":"
                + "[{\"attributes\":{\"name\":\"lb\",\"ip\":\"203.0.113.200\"}}]}";
        assertThat(found("{\"version\":4,\"resources\":[" + data + "\"instances\":[{\"attributes\":"
                        + attributes("old", 9)
                        + "}]}," + balancer + "," + web + "\"instances\":[{\"index_key\":0,\"attributes\":"
                        + attributes("web", 1) + "},{\"index_key\":1,\"attributes\":" + attributes("web", 2) + "}]}]}"))
                .containsExactly("web-0 203.0.113.1 10.0.0.1", "web-1 203.0.113.2 10.0.0.2");
        assertThat(found("{\"values\":{\"root_module\":{\"resources\":[" + data + "\"values\":" + attributes("old", 9)
                        + "}],\"child_modules\":[{\"resources\":["
                        + "{\"address\":\"module.m[\\\"fra\\\"].digitalocean_droplet.web\",\"mode\":\"managed\","
                        + "\"type\":\"digitalocean_droplet\",\"values\":" + attributes("web", 1) + "},"
                        + "{\"address\":\"module.m[\\\"ams\\\"].digitalocean_droplet.web\",\"mode\":\"managed\","
                        + "\"type\":\"digitalocean_droplet\",\"values\":" + attributes("web", 2) + "}]}]}}}"))
                .containsExactly("m-fra-web 203.0.113.1 10.0.0.1", "m-ams-web 203.0.113.2 10.0.0.2");
        assertThat(found("{\"version\":3,\"modules\":[{\"resources\":{"
                        + "\"data.digitalocean_droplet.old\":{\"type\":\"digitalocean_droplet\",\"primary\":{\"attributes\":"
                        + attributes("old", 9) + "}},\"digitalocean_droplet.web.0\":{\"type\":\"digitalocean_droplet\","
                        + "\"primary\":{\"attributes\":" + attributes("web-a", 1) + "}}}}]}"))
                .containsExactly("web-a 203.0.113.1 10.0.0.1");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '>',
            quoteCharacter = '\0',
            value = {
                "hcloud_server       > {'name':'web','ipv4_address':'203.0.113.1','private_ip':'10.0.0.1'}",
                "linode_instance     > {'label':'web','ip_address':'203.0.113.1','private_ip_address':'10.0.0.1'}",
                "vultr_instance      > {'label':'web','main_ip':'203.0.113.1','internal_ip':'10.0.0.1'}",
                "azurerm_linux_virtual_machine > {'name':'web','public_ip_address':'203.0.113.1','private_ip_address':'10.0.0.1'}",
                "aws_instance        > {'public_ip':'203.0.113.1','private_ip':'10.0.0.1'}",
            })
    void serversOfOtherProvidersAreReadFromAState(String type, String attributes) {
        assertThat(found(("{'version':4,'resources':[{'mode':'managed','type':'aws_eip','name':'ip','instances':"
                                + "[{'attributes':{'public_ip':'203.0.113.1','private_ip':'10.0.0.1'}}]},"
                                + "{'mode':'managed','type':'" + type + "','name':'web','instances':[{'attributes':"
                                + attributes + "}]}]}")
                        .replace('\'', '"')))
                .containsExactly("web 203.0.113.1 10.0.0.1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'web_names':V['web-1','web-2']},'web_public_ips':V['1.1.1.1','1.1.1.2']},'web_private_ips':V['10.0.0.1','10.0.0.2']}}",
                "{'web_public_ips':V['1.1.1.1','1.1.1.2']},'web_private_ips':V['10.0.0.1','10.0.0.2']}}",
                "{'public':V{'web-1':'1.1.1.1','web-2':'1.1.1.2'}},'private':V{'web-1':'10.0.0.1','web-2':'10.0.0.2'}}}",
                "{'a':V{'public':{'web-1':'1.1.1.1','web-2':'1.1.1.2'},'private':{'web-1':'10.0.0.1','web-2':'10.0.0.2'}}}}",
                "{'web-1_public_ip':V'1.1.1.1'},'web-1_private_ip':V'10.0.0.1'},'web-2_public_ip':V'1.1.1.2'},'web-2_private_ip':V'10.0.0.2'},'lb_ip':V'1.1.1.9'}}",
                "{'ips':V{'web-1':['1.1.1.1','10.0.0.1'],'web-2':['10.0.0.2','1.1.1.2']}}}",
                "{'web-1':['1.1.1.1','10.0.0.1'],'web-2':['1.1.1.2','10.0.0.2']}",
                "[['web-1','1.1.1.1','10.0.0.1'],['web-2','1.1.1.2','10.0.0.2']]",
                "{'cluster':V{'fra':{'web':[{'name':'web-1','ip':'1.1.1.1','private_ip':'10.0.0.1'},{'name':'web-2','ip':'1.1.1.2','private_ip':'10.0.0.2'}]}}}}",
                "{'web':V[{'public_ip':'1.1.1.1','private_ip':'10.0.0.1'},{'public_ip':'1.1.1.2','private_ip':'10.0.0.2'}]}}",
                "{'version':4,'resources':[],'outputs':{'web':V[{'public_ip':'1.1.1.1','private_ip':'10.0.0.1'},{'public_ip':'1.1.1.2','private_ip':'10.0.0.2'}]}}}",
            })
    void outputsOfManyShapesAreRead(String outputs) {
        assertThat(found(outputs.replace("V", "{'sensitive':true,'type':'x','value':")
                        .replace('\'', '"')))
                .containsExactly("web-1 1.1.1.1 10.0.0.1", "web-2 1.1.1.2 10.0.0.2");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'errors':[{'detail':'no \\u0007token'}]}",
                "{'id':'unauthorized','message':'no \\u0007token'}",
                "{'failed':true,'msg':'no \\u0007token'}",
                "{'error':{'code':401,'message':'no \\u0007token'}}",
                "{'format_version':'1.0','valid':false,'diagnostics':[{'severity':'error','summary':'no \\u0007token'}]}",
            })
    void anErrorInPlaceOfAListingIsQuoted(String document) {
        assertThatThrownBy(() -> ToolOutput.read("list", document.replace('\'', '"')))
                .isInstanceOf(InvalidListingException.class)
                .hasMessage("list: is no listing, but reports an error: \"no \\u0007token\"");
    }

    @Test
    void whatAnsibleEncryptsOrPassesToSshIsReported() throws IOException {
        String host = "'ansible_host':'203.0.113.%d','private_ip':'10.0.0.%d',";
        StarterInventory starter = of(("{'_meta':{'hostvars':{"
                        + "'a':{" + host.formatted(1, 1) + "'ansible_user':{'__ansible_vault':'x'}},"
                        + "'b':{" + host.formatted(2, 2) + "'ansible_port':'{{ port }}'},"
                        + "'c':{" + host.formatted(3, 3) + "'ansible_ssh_common_args':'-o ProxyJump=ops@bastion:2222'},"
                        + "'d':{" + host.formatted(4, 4) + "'ansible_ssh_extra_args':'-J bastion -C'},"
                        + "'e':{" + host.formatted(5, 5)
                        + "'ansible_ssh_common_args':'-o ProxyCommand=\\'sshpass -p hush ssh -W %h:%p x\\''}"
                        + ",'f':{'ansible_host':{'__ansible_vault':'x'},'private_ip':'10.0.0.6'}"
                        + "}},'all':{'hosts':['a','b','c','d','e','f']}}")
                .replace("\\'", "\\\\")
                .replace('\'', '"'));
        assertThat(starter.leftOut())
                .containsExactly(
                        "a: ansible_user is encrypted (__ansible_vault); set ssh.user",
                        "b: ansible_port is a template, {{ port }}; set ssh.port",
                        "d: ansible_ssh_extra_args is not taken over; set ssh.jump, or write it into ~/.ssh/config",
                        "e: ansible_ssh_common_args is not taken over; set ssh.jump, or write it into ~/.ssh/config",
                        "f is left out: it has no public address for SSH",
                        "f: ansible_host is encrypted (__ansible_vault)");
        assertThat(cluster(starter.text()).droplets())
                .extracting(d -> d.ssh().jump().toString())
                .containsExactly("[]", "[]", "[ops@bastion:2222]", "[bastion]", "[]");
        assertThat(starter.text()).doesNotContain("hush");
    }
}
