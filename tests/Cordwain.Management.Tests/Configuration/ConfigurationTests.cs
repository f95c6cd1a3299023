using Cordwain.Boot.Catalog;
using Cordwain.Boot.Machines;
using Cordwain.Boot.Menus;
using Cordwain.Management.Configuration;
using Cordwain.Protocols.Wire;

namespace Cordwain.Management.Tests.Configuration;

public sealed class ConfigurationTests
{
    [Fact]
    public void Every_key_reaches_the_catalog_or_the_settings()
    {
        var result = Reading.Of(RichConfiguration.Yaml);
        Assert.True(result.Holds, string.Join('\n', result.Problems));
        Golden.Match("rich.txt", $"{string.Join('\n', result.Problems)}\n\nCATALOG\n{Dump.Of(result.Catalog!)}\nSETTINGS\n{Dump.Of(result.Settings!)}");
    }

    [Fact]
    public void Without_a_file_every_private_network_gets_proxy_dhcp_and_the_built_in_menu()
    {
        var result = ConfigurationLoader.WithoutFile(Reading.Inputs);
        var network = Assert.Single(result.Catalog!.Networks);
        Assert.Equal(("eth0", NetworkRole.Proxy, "192.168.1.0/24"), (network.Name, network.Role, network.Subnet.ToString()));
        Assert.Same(Reading.Inputs.BuiltInMenu, result.Catalog.Menu);
        Assert.Empty(new ServerSettings().NeedRestart(result.Settings!));
        Assert.Empty(result.Problems);
    }

    [Fact]
    public void An_empty_mapping_of_networks_means_none() => Assert.Empty(Reading.Catalog("networks: {}").Networks);

    [Fact]
    public void Images_without_a_menu_stand_before_the_built_in_one()
    {
        var catalog = Reading.Catalog("images: { debian: { kernel: linux }, shell: { kernel: x } }".Replace("shell", "arch", StringComparison.Ordinal));
        Assert.Equal(["debian", "arch", "local", "shell"], catalog.Menu.Items.OfType<MenuItem.Entry>().Select(entry => entry.Image));
        Assert.Equal("local", catalog.Menu.Default);
    }

    [Fact]
    public void The_built_in_choices_are_images() =>
        Assert.All(["local", "shell", "reboot", "poweroff"], name => Assert.Contains(name, Reading.Catalog("").Images.Keys));

    [Fact]
    public void An_image_that_others_provide_can_be_named_without_a_definition()
    {
        var memtest = new ImageDefinition { Name = "memtest", Title = "Memory test", Variants = [new(BootCondition.Always, new BootMethod.Shell())] };
        var catalog = Reading.Catalog("menu: { entries: [memtest] }", Reading.Inputs with { KnownImages = [memtest] });
        Assert.Same(memtest, catalog.Images["memtest"]);
    }

    [Theory]
    [InlineData("efi-x64", Platform.Efi, Cpu.X64)]
    [InlineData("arm64", Platform.Unknown, Cpu.Arm64)]
    [InlineData("bios", Platform.Bios, Cpu.Unknown)]
    public void A_kernel_for_a_firmware_is_a_variant_of_its_own(string firmware, Platform platform, Cpu cpu)
    {
        var image = Reading.Catalog($"images: {{ a: {{ kernel: {{ default: other, {firmware}: special }} }} }}").Images["a"];
        Assert.Equal(["special", "other"], image.Variants.Select(variant => ((BootMethod.Kernel)variant.Method).Image.Location));
        Assert.Equal(platform == Platform.Unknown ? [] : [platform], image.Variants[0].When.Platform);
        Assert.Equal(cpu == Cpu.Unknown ? [] : [cpu], image.Variants[0].When.Cpu);
    }

    [Fact]
    public void The_efi_program_is_taken_before_the_kernel_for_all()
    {
        var image = Reading.Catalog("images: { memtest: { kernel: memtest.bin, efi: memtest.efi } }").Images["memtest"];
        Assert.IsType<BootMethod.Program>(image.Variants[0].Method);
        Assert.IsType<BootMethod.Kernel>(image.Variants[1].Method);
    }

    [Fact]
    public void A_changed_declaration_has_another_hash_and_an_unchanged_one_the_same()
    {
        string Hash(string machine) => Reading.Catalog($"machines: {{ a: {{ mac: 52:54:00:12:34:56, {machine} }} }}").Machines.All[0].DeclarationHash;
        Assert.Equal(Hash("boot: shell, once: true"), Hash("once: true, boot: shell, vars: { x: 1 }"));
        Assert.NotEqual(Hash("boot: shell, once: true"), Hash("boot: shell, once: false"));
        Assert.NotEqual(Hash("boot: shell, once: true"), Hash("boot: local, once: true"));
    }

    /// <summary>It stands in the database: a change would arm every machine again. Keep the old form, or migrate what is stored.</summary>
    [Fact]
    public void The_hash_of_a_declaration_is_frozen() =>
        Assert.Equal("364241f1708bc01f", Reading.Catalog("machines: { a: { mac: 52:54:00:12:34:56, boot: shell, once: true } }").Machines.All[0].DeclarationHash);

    [Fact]
    public void A_declaration_that_had_its_boot_is_not_armed()
    {
        const string Yaml = "machines: { a: { mac: 52:54:00:12:34:56, boot: shell, once: true }, b: { mac: 52:54:00:12:34:57, boot: shell } }";
        var machines = Reading.Catalog(Yaml, Reading.Inputs with { IsUsedUp = (_, _) => true }).Machines.All;
        Assert.Equal([false, true], machines.Select(machine => machine.Armed));
        Assert.All(Reading.Catalog(Yaml).Machines.All, machine => Assert.True(machine.Armed));
    }

    [Fact]
    public void The_revision_changes_with_the_file_and_with_the_overrides()
    {
        var revisions = new[] { Reading.Catalog(""), Reading.Catalog("menu: { title: x }"), Reading.Catalog("", Reading.Inputs with { Overrides = new Dictionary<string, string> { ["CORDWAIN_HTTP_PORT"] = "80" } }) };
        Assert.Equal(3, revisions.Select(catalog => catalog.Revision).Distinct().Count());
        Assert.Equal(Reading.Catalog("").Revision, revisions[0].Revision);
    }

    [Fact]
    public void Merged_keys_fill_in_what_is_not_written()
    {
        var networks = Reading.Catalog("networks:\n  a: &a { subnet: 10.0.0.0/24, style: boot-server, delay: 4s }\n  b:\n    <<: *a\n    subnet: 10.0.1.0/24\n").Networks;
        Assert.Equal("10.0.1.0/24", networks[1].Subnet.ToString());
        Assert.Equal(networks[0].Delay, networks[1].Delay);
    }

    [Fact]
    public void Five_thousand_machines_are_read_in_one_go()
    {
        var yaml = "machines:\n" + string.Concat(Enumerable.Range(0, 5000).Select(i => $"  m{i}: {{ mac: {new MacAddress(0x5254_0000_0000UL + (ulong)i)}, boot: local }}\n"));
        Assert.Equal(5000, Reading.Catalog(yaml).Machines.All.Length);
    }

    public static TheoryData<string, string[]> Links => new()
    {
        // links                                            networks
        { "eth0 192.168.1.0/24",                            ["eth0 192.168.1.0/24"] },
        { "eth0 8.8.8.0/24",                                [] },
        { "lo 127.0.0.0/8",                                 [] },
        { "eth0 10.0.0.0/24, eth1 10.0.0.0/24",             ["eth0 10.0.0.0/24"] },
        { "eth0 10.0.0.0/24, eth0 10.0.1.0/24",             ["eth0 10.0.0.0/24", "eth0-2 10.0.1.0/24"] },
        { "eth0 10.0.5.0/24, eth1 10.0.0.0/16",             ["eth1 10.0.0.0/16"] },
        { "tun0 10.8.0.1/32, eth0 172.31.0.0/20",           ["eth0 172.31.0.0/20"] },
        { "eth0 172.32.0.0/20",                             [] },
    };

    [Theory, MemberData(nameof(Links))]
    public void Proxies_on_private_networks_and_no_others(string links, string[] expected)
    {
        var networks = ConfigurationDefaults.ProxyEverywhere(links.Split(", ").Select(link =>
        {
            var parts = link.Split(' ', '/');
            return (parts[0], new Ipv4Network(Ipv4Address.Parse(parts[1]), int.Parse(parts[2], System.Globalization.CultureInfo.InvariantCulture)));
        }));
        Assert.Equal(expected, networks.Select(network => $"{network.Name} {network.Subnet}"));
    }
}
