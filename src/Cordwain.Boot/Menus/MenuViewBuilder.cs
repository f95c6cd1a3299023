using System.Collections.Immutable;
using Cordwain.Boot.Catalog;
using Cordwain.Boot.Decisions;
using Cordwain.Boot.Templates;

namespace Cordwain.Boot.Menus;

/// <summary>Turns the operator's menu into the one that a machine is to see.</summary>
/// <remarks>A mistake in one entry costs that entry, never the menu: it stays as a line that says what is wrong, and as a <see cref="MenuRemark"/>.</remarks>
public static class MenuViewBuilder
{
    public static MenuView Build(MenuDefinition menu, MenuScope scope)
    {
        var run = new Run(scope);
        var view = run.Menu("main", menu, isSub: false);
        run.Remarks.AddRange(MenuRenderers.For(scope.Dialect).Notes(view));
        return view with { Remarks = run.Remarks.ToImmutable() };
    }

    /// <summary>One image for a machine that boots it without a menu. What does not work is an entry that says why.</summary>
    public static (EntryView Entry, ImmutableArray<MenuRemark> Remarks) BuildEntry(ImageDefinition image, MenuScope scope)
    {
        var run = new Run(scope);
        var title = run.Text(image.Title, image.Name, "title", out _) ?? image.Name;
        var step = run.Step(image, extraArguments: null);
        if (MenuRenderers.For(scope.Dialect).WhyNot(step, scope.Station) is { } why)
        {
            run.Remark(MenuRemark.CannotBoot, image.Name, why + ".");
            step = new BootStep.Unavailable(why);
        }

        return (new(image.Name, title, null, null, step), run.Remarks.ToImmutable());
    }

    sealed class Run(MenuScope scope)
    {
        readonly IMenuRenderer _renderer = MenuRenderers.For(scope.Dialect);

        // Labels live in one space, in every dialect.
        readonly HashSet<string> _labels = new(StringComparer.OrdinalIgnoreCase);

        public ImmutableArray<MenuRemark>.Builder Remarks { get; } = ImmutableArray.CreateBuilder<MenuRemark>();

        public MenuView Menu(string name, MenuDefinition menu, bool isSub)
        {
            var lines = ImmutableArray.CreateBuilder<MenuLine>();
            foreach (var item in menu.Items)
            {
                if (scope.Holds(item.When) && Line(item) is { } line)
                    lines.Add(line);
            }

            var choices = lines.Select(LabelOf).OfType<string>().ToList();
            var wanted = menu.Default is null ? null : choices.Find(label => label == menu.Default);
            if (menu.Default is not null && wanted is null && choices.Count > 0)
                Remark(MenuRemark.DefaultMissing, menu.Default, $"it is the default of the menu {name} but not among its entries here; {choices[0]} is taken instead.");

            var title = Text(menu.Title, name, "title", out _) ?? menu.Title;
            var timeout = isSub && menu.Timeout == MenuDefinition.Empty.Timeout ? null : menu.Timeout;
            return new(name, title, timeout, wanted ?? choices.FirstOrDefault(), lines.ToImmutable(), Look(menu.Look), scope.Station);
        }

        MenuLine? Line(MenuItem item) => item switch
        {
            MenuItem.Separator separator => new MenuLine.Gap(separator.Text is null ? null : Text(separator.Text, "separator", "text", out _)),
            MenuItem.Entry entry => Choice(entry),
            MenuItem.SubMenu sub => SubMenu(sub),
            _ => throw new InvalidOperationException($"{item.GetType().Name} is not a menu item."),
        };

        MenuLine.Choice? Choice(MenuItem.Entry item)
        {
            if (Choices.Find(scope.Catalog, item.Image) is not { } image)
            {
                Remark(MenuRemark.UnknownImage, item.Image, "there is no image of this name; the entry is left out.");
                return null;
            }

            var title = Text(item.Title ?? image.Title, item.Image, "title", out var titleError) ?? $"{item.Image} ({titleError})";
            var step = Step(image, item.Arguments);
            if (NoVariant(step) || !CanBoot(item.Image, step) || !CanAsk(item.Image, item.Password))
                return null;
            return new MenuLine.Choice(new(Label(item.Image), title, item.Hotkey, item.Password, step));
        }

        MenuLine.Sub? SubMenu(MenuItem.SubMenu item)
        {
            if (!CanAsk(item.Name, item.Password))
                return null;

            var label = Label(item.Name);
            var view = Menu(label, item.Menu, isSub: true);
            if (view.Default is null)
                return null;   // nothing in it for this machine
            return new MenuLine.Sub(label, view.Title, item.Hotkey, item.Password, view);
        }

        // A machine for which no variant is meant does not see the entry; that is a choice of the operator's, like a condition.
        static bool NoVariant(BootStep step) => step is BootStep.Unavailable { Why: NoVariantHere };

        bool CanBoot(string name, BootStep step)
        {
            if (_renderer.WhyNot(step, scope.Station) is not { } why)
                return true;
            Remark(MenuRemark.CannotBoot, name, why + "; the entry is left out.");
            return false;
        }

        bool CanAsk(string name, string? password)
        {
            if (password is null || _renderer.WhyNoPassword(password, scope.Station) is not { } why)
                return true;
            Remark(MenuRemark.CannotAskPassword, name, why + "; the entry is left out, so that nobody starts it without the password.");
            return false;
        }

        public BootStep Step(ImageDefinition image, string? extraArguments)
        {
            var method = image.Variants.FirstOrDefault(variant => scope.Holds(variant.When))?.Method;
            if (method is null)
            {
                Remark(MenuRemark.NoVariant, image.Name, $"it has no way to boot a machine of type {scope.Architecture?.Name ?? "unknown"}.");
                return new BootStep.Unavailable(NoVariantHere);
            }

            TemplateError? error = null;
            BootStep step = method switch
            {
                BootMethod.Kernel kernel => new BootStep.Kernel(
                    File(image, kernel.Image), [.. kernel.Initrds.Select(initrd => File(image, initrd))],
                    Arguments(image, kernel.Arguments, extraArguments, ref error), kernel.DeviceTree is { } tree ? File(image, tree) : null),
                BootMethod.Program program => new BootStep.Program(
                    File(image, program.Image), Arguments(image, program.Arguments, extraArguments, ref error)),
                BootMethod.SanDisk disk => new BootStep.SanDisk(
                    TextOf(disk.Uri, image.Name, "uri", ref error) ?? "",
                    disk.InitiatorName is null ? null : TextOf(disk.InitiatorName, image.Name, "initiator", ref error)),
                BootMethod.Script script => new BootStep.Script(File(image, script.File)),
                BootMethod.LocalDisk => new BootStep.LocalDisk(),
                BootMethod.Shell => new BootStep.Shell(),
                BootMethod.Reboot => new BootStep.Reboot(),
                BootMethod.PowerOff => new BootStep.PowerOff(),
                _ => throw new InvalidOperationException($"{method.GetType().Name} is not a way to boot."),
            };
            return error is null ? step : new BootStep.Unavailable(error.ToString());
        }

        string Arguments(ImageDefinition image, string own, string? extra, ref TemplateError? error)
        {
            var first = TextOf(own, image.Name, "args", ref error) ?? "";
            var second = extra is null ? "" : TextOf(extra, image.Name, "args", ref error) ?? "";
            return string.Join(' ', (first + " " + second).Split(['\r', '\n', '\t', ' '], StringSplitOptions.RemoveEmptyEntries));
        }

        FileView File(ImageDefinition image, BootFileRef file)
        {
            var view = FileLocations.Of(image, file, scope, out var why);
            if (why is not null)
                Remark(MenuRemark.FileNotReachable, image.Name, why + ".");
            return view;
        }

        MenuLookView Look(MenuLook look) => new(
            look.Background is null ? null : FileLocations.Of(look.Background, scope), look.Colors,
            look.Graphical ?? (look.Background is not null || !look.Colors.IsEmpty), look.Serial);

        string? TextOf(string text, string item, string part, ref TemplateError? error)
        {
            var rendered = Text(text, item, part, out var failure);
            error ??= failure;
            return rendered;
        }

        public string? Text(string text, string item, string part, out TemplateError? error)
        {
            if (TemplateText.TryRender(text, scope.Variables, out var rendered, out error, $"{part} of {item}"))
                return rendered;
            Remarks.Add(new(error.Code, null, item, error.Message));
            return null;
        }

        public void Remark(string code, string item, string message) => Remarks.Add(new(code, scope.Dialect, item, message));

        string Label(string name)
        {
            var safe = string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' ? c : '_'));
            var label = safe;
            for (var number = 2; !_labels.Add(label); number++)
                label = $"{safe}-{number}";
            return label;
        }

        const string NoVariantHere = "it has no way to boot this type of machine";
    }

    static string? LabelOf(MenuLine line) => line switch
    {
        MenuLine.Choice choice => choice.Entry.Name,
        MenuLine.Sub sub => sub.Name,
        _ => null,
    };
}
