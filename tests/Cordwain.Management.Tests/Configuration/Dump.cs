using System.Collections;
using System.Reflection;
using System.Text;
using Cordwain.Boot.Catalog;
using Cordwain.Boot.Machines;
using Cordwain.Protocols.Dhcp4;

namespace Cordwain.Management.Tests.Configuration;

/// <summary>An object as indented text: every property that is set, so that a reviewer sees what a configuration means.</summary>
static class Dump
{
    public static string Of(object value)
    {
        var text = new StringBuilder();
        Members(text, value, 0);
        return text.ToString();
    }

    static void Members(StringBuilder text, object value, int depth)
    {
        foreach (var property in value.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property.GetIndexParameters().Length == 0 && property.Name is not ("EqualityContract" or "IsRemote")))
            Write(text, property.Name, property.GetValue(value), depth);
    }

    static void Write(StringBuilder text, string name, object? value, int depth)
    {
        var indent = new string(' ', 2 * depth);
        switch (value)
        {
            case null or false or "":
            case ICollection { Count: 0 }:
                break;
            case BootCondition condition when ReferenceEquals(condition, BootCondition.Always):
                break;
            case MachineRegistry machines:
                Write(text, name, machines.All, depth);
                break;
            case LoaderCatalog loaders:
                Write(text, name, string.Join(' ', loaders.Available.Order(StringComparer.Ordinal)), depth);
                break;
            case ReadOnlyMemory<byte> bytes:
                text.Append($"{indent}{name}: {Convert.ToHexStringLower(bytes.Span)}\n");
                break;
            case DhcpOptionValue or ClientArchitecture or TextPattern or Uri or ValueType and not (ICollection or IEnumerable):
            case string:
                text.Append($"{indent}{name}: {value}\n");
                break;
            case IDictionary dictionary:
                text.Append($"{indent}{name}\n");
                foreach (var key in dictionary.Keys.Cast<string>().Order(StringComparer.Ordinal))
                    Write(text, key, dictionary[key], depth + 1);
                break;
            case IEnumerable items when items.Cast<object>().All(item => item is ValueType or TextPattern or string):
                text.Append($"{indent}{name}: [{string.Join(", ", items.Cast<object>())}]\n");
                break;
            case IEnumerable items:
                text.Append($"{indent}{name}\n");
                foreach (var item in items)
                    Write(text, "- " + item.GetType().Name, item, depth + 1);
                break;
            default:
                text.Append($"{indent}{name} {(name.StartsWith("- ", StringComparison.Ordinal) ? "" : value.GetType().Name)}".TrimEnd() + "\n");
                Members(text, value, depth + 1);
                break;
        }
    }
}
