using Cordwain.Boot.Catalog;

namespace Cordwain.Boot.Decisions.Rules;

/// <summary>What a machine is assigned at the moment.</summary>
static class Assignment
{
    /// <summary>The image, or null for the menu; and the reason in either case.</summary>
    public static (ImageDefinition? Image, string Because) Of(Question question)
    {
        if (question.Machine is not { } machine)
            return (null, question.Say($"{question.Who} has no name in the configuration, so nothing is assigned to it"));
        if (machine.Boot is not { } entry)
            return (null, question.Say($"nothing is assigned to {question.Who}"));

        // Used up: the machine goes back to its disk, and not to a menu that waits for somebody.
        if (machine is { Once: true, Armed: false })
            return (Choices.Local, question.Say($"{question.Who} was to boot {entry} once and has done so: now its own disk; arm it again for another time"));

        return Choices.Find(question.Catalog, entry) is { } image
            ? (image, question.Say($"{entry} is assigned to {question.Who}{(machine.Once ? ", once" : "")}"))
            : (null, question.Say($"{question.Who} is to boot '{entry}', but there is no such image ('cordwain check' lists such mistakes)"));
    }

    /// <summary>The first way to boot an image whose condition the machine meets; null when none does.</summary>
    public static ImageVariant? VariantOf(ImageDefinition image, BootRequest request) =>
        image.Variants.FirstOrDefault(variant => BootConditions.Holds(variant.When, request));
}
