using System.Text;

namespace Cordwain.Management.Import.Menus;

/// <summary>The variables of a script: those that it sets, and those that iPXE has by itself.</summary>
sealed class IpxeVariables
{
    const int Longest = 4096;

    readonly Dictionary<string, string> _values;

    public IpxeVariables() => _values = new(StringComparer.Ordinal);

    IpxeVariables(Dictionary<string, string> values) => _values = new(values, StringComparer.Ordinal);

    public IpxeVariables Copy() => new(_values);

    public void Set(string name, string value) => _values[name.Split(':')[0]] = value.Length <= Longest ? value : value[..Longest];

    public void Clear(string name) => _values.Remove(name.Split(':')[0]);

    /// <summary>Null: only iPXE knows it, while it runs.</summary>
    public bool? IsSet(string name) => _values.ContainsKey(name.Split(':')[0]) ? true : IsOwn(name) ? null : false;

    /// <summary>Puts in what is known; facts of the machine become variables of ours, and what only iPXE knows stays as it is.</summary>
    public string Expand(string text)
    {
        var expanded = new StringBuilder();
        for (var at = 0; at < text.Length && expanded.Length < Longest;)
        {
            var end = text.AsSpan(at).StartsWith("${", StringComparison.Ordinal) ? text.IndexOf('}', at) : -1;
            if (end < 0)
            {
                expanded.Append(text[at++]);
                continue;
            }

            expanded.Append(ValueOf(text[(at + 2)..end]));
            at = end + 1;
        }

        return expanded.ToString();
    }

    public static bool IsDynamic(string text) => text.Contains("${", StringComparison.Ordinal);

    string ValueOf(string name)
    {
        if (_values.TryGetValue(name.Split(':')[0], out var value))
            return value;
        return name switch
        {
            "mac" or "netX/mac" or "net0/mac" or "mac:hexraw" => "{{ machine.mac }}",
            "uuid" or "smbios/uuid" => "{{ machine.uuid }}",
            "serial" => "{{ machine.serial }}",
            "hostname" => "{{ machine.hostname }}",
            "ip" or "netX/ip" or "net0/ip" => "{{ machine.address }}",
            "next-server" or "net0/next-server" or "netX/next-server" or "dhcp-server" => "{{ server.address }}",
            _ => IsOwn(name) ? $"${{{name}}}" : "",
        };
    }

    static bool IsOwn(string name) => name.Contains('/', StringComparison.Ordinal) || name.Contains(':', StringComparison.Ordinal) || (name.Length > 0 && char.IsAsciiDigit(name[0])) || name is
        "mac" or "ip" or "uuid" or "serial" or "hostname" or "asset" or "manufacturer" or "product" or "board-serial" or "next-server" or "filename" or "root-path" or "gateway" or "netmask" or "dns" or "domain"
        or "dhcp-server" or "user-class" or "buildarch" or "platform" or "cwduri" or "cwd" or "version" or "unixtime" or "busid" or "chip" or "cpumodel" or "cpuvendor" or "memsize" or "ifname" or "username" or "password" or "initiator-iqn" or "syslog" or "vendor-class";
}
