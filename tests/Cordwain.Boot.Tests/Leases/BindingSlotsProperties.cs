using CsCheck;
using Cordwain.Boot.Leases;

namespace Cordwain.Boot.Tests.Leases;

public sealed class BindingSlotsProperties
{
    /// <summary>Clients with several addresses, with long keys, with and without texts, addresses that change hands when a lease has ended: the two indexes always agree with a dictionary.</summary>
    [Fact]
    public void The_table_finds_what_a_dictionary_finds() =>
        Gen.Select(Gen.Int[0, 60], Gen.Int[1, 9], Gen.Bool, Gen.Bool, Gen.Int[0, 5]).Array[0, 300].Sample(steps =>
        {
            var table = new LeaseTable();
            var model = new Dictionary<uint, LeaseBinding>();
            var now = DateTimeOffset.FromUnixTimeSeconds(1_800_000_000);
            foreach (var (address, client, isLong, isRemoval, minutes) in steps)
            {
                now = now.AddMinutes(minutes);
                var key = isLong ? ClientKey.OfClientId([255, .. new byte[40], (byte)client]) : LeaseWorld.Key(client);
                var binding = new LeaseBinding(new((uint)address), key, isLong ? null : LeaseWorld.Mac(client), BindingState.Bound, now, now.AddHours(1))
                {
                    HostName = client % 2 == 0 ? "host" : null,
                    VendorClass = client % 3 == 0 ? "PXEClient" : null,
                };
                if (isRemoval)
                {
                    Assert.Equal(model.Remove((uint)address), table.Forget(new((uint)address), now) is not null);
                }
                else if (table.Import(binding, now) is not null)
                {
                    model[(uint)address] = binding;
                }
                else
                {
                    Assert.NotEqual(key, model[(uint)address].Client);
                }
            }

            Assert.Equal(model.Values.OrderBy(binding => binding.Address), table.Bindings().OrderBy(binding => binding.Address));
            foreach (var (address, binding) in model)
                Assert.Equal(binding, table.Find(new(address)));
        }, iter: 300);
}
