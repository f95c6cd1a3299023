namespace Cordwain.Management.Tests.Configuration;

/// <summary>A configuration that uses every key there is.</summary>
static class RichConfiguration
{
    public const string Yaml = """
        networks:
          office:
            subnet: 10.77.0.0/24
            dhcp: proxy
            style: boot-server
            delay: 4s
            next-server: 10.77.0.9
          rack-a:
            subnet: 192.168.10.0/24
            dhcp: server
            pool: 192.168.10.50-192.168.10.200
            exclude: [192.168.10.60, 192.168.10.70-192.168.10.79]
            router: 192.168.10.1
            dns: [192.168.10.1, 9.9.9.9]
            domain: lab.example
            lease: 12h
            min-lease: 5m
            max-lease: 7d
            renew: 3h
            rebind: 9h
            options: { ntp-servers: [192.168.10.1], 43: hex:0104deadbeef, 175.176: 1 }
            probe: false
            force: true
            authoritative: false
            known-only: true
            quarantine: 30m
            interfaces: eth1
            reservations:
              printer: { mac: 00-11-22-33-44-55, address: 192.168.10.10, hostname: printer }
              52:54:00:00:00:01: { address: 192.168.10.11 }
              phone: { client-id: phone-7, options: { 66: tftp.example } }
              old: { client-id: hex:ff01020304, ignore: true }
          rack-b:
            subnet: 192.168.20.0/24
            dhcp: server
            pool: [192.168.20.50-192.168.20.99, 192.168.20.150-192.168.20.199]
            lease: forever
            max-lease: forever
            relay: 10.255.0.1
          dark: { subnet: 192.168.30.0/24, dhcp: off }
        classes:
          - name: phones
            when: { vendor-class: "Phone*" }
            options: { tftp-server-name: phones.example }
        http: { port: 8080, enabled: true }
        tftp: { port: 6969, enabled: true, single-port: true, roll-over: 1, max-blksize: 1428 }
        dhcp: { port: 1067, proxy-port: 5011, interfaces: [eth0, eth1], vendor-classes: HW-Client }
        files: /srv/tftpboot
        data: /var/lib/cordwain
        loaders: /srv/tftpboot
        journal: { size: 64MB }
        cache: { size: 2GB }
        limits: { tftp-transfers: 100, tftp-per-address: 30, tftp-requests-per-address: 50, http-connections: 200, http-per-address: 20 }
        metrics: { enabled: true, allow: [10.0.0.5, 192.168.1.0/24], otlp: http://collector:4318, otlp-interval: 30s }
        log: { level: debug }
        menu:
          title: Boot {{ machine.name }}
          timeout: 30s
          default: local
          background: splash.png
          colors: { title: "#ffffff", selected: "#80ff0000" }
          entries:
            - local
            - { entry: debian-12, title: Install Debian, hotkey: d, password: secret, args: priority=high, when: { cpu: x64 } }
            - separator: Tools
            - { menu: [memtest, separator: , { entry: shell, hotkey: s }], name: tools, title: Tools, hotkey: t, timeout: 20s, default: memtest }
            - { menu: [san], title: Disks on the network }
            - { separator: , when: { ipxe: true } }
            - poweroff
        images:
          debian-12:
            title: Install Debian 12
            kernel: { file: "https://mirror.example/debian/linux", sha256: 0123456789012345678901234567890123456789012345678901234567890123 }
            initrd: [https://mirror.example/debian/initrd.gz, firmware.cpio.gz]
            args: >
              auto=true priority=critical
              disk={{ machine.disk }}
            device-tree: boards/one.dtb
            cache: false
          memtest: { kernel: loader:memtest.bin, efi: loader:memtest.efi }
          rescue:
            kernel: { bios: rescue/vmlinuz, efi-arm64: rescue/Image, default: rescue/other }
            initrd: { bios: rescue/initrd, default: [rescue/a, rescue/b] }
            args: quiet
          san: { disk: { uri: "iscsi:10.0.0.1:::1:iqn.2024-01.example:disk", initiator: iqn.2024-01.example:web01 } }
          old-san: { disk: "aoe:e0.1" }
          own: { script: own.ipxe }
          tool:
            args: console=ttyS0
            variants:
              - { when: { platform: bios }, kernel: tool.bin }
              - { when: { platform: efi }, program: tool.efi, args: quiet }
          winpe:
            variants:
              - { when: { platform: efi, http: true }, program: winpe/bootx64.efi }
              - { when: { platform: efi }, program: { efi-x64: winpe/bootx64.efi, efi-arm64: winpe/bootaa64.efi } }
            program: { file: winpe/pxeboot.n12, cache: true }
        rules:
          - when: { arch: [bios, 7], ipxe: false }
            file: undionly.kpxe
            next-server: 192.168.10.9
            server-name: old-server
            style: plain
          - when:
              ipxe: true
              mac: ["52-54-00-*", "525400123456"]
              uuid: "4c4c4544-*"
              serial: ABC?
              user-class: iPXE
              network: rack-*
              relay: [10.255.0.0/24, 10.254.0.1]
              option: { 93: "*", vendor-class-identifier: "PXEClient*", 43: "hex:01*" }
              not: { platform: uboot }
              any: [{ http: true }, { cpu: [arm64, riscv64] }]
            entry: debian-12
          - when: { not: [{ network: office }, { vendor-class: "Bad*" }] }
            options: { 209: pxelinux.cfg/lab }
          - { when: { network: dark }, ignore: true }
        machines:
          web01:
            mac: [52:54:00:12:34:56, 52:54:00:12:34:57]
            uuid: 4C4C4544-0044-4D10-8035-B8C04F4E3132
            serial: ABC1
            address: 192.168.10.20
            hostname: web01.lab.example
            boot: debian-12
            once: true
            vars: { disk: /dev/sda, console: ttyS0 }
            options: { host-name: web01 }
            style: skip-discovery
            arch: efi-arm64
          stolen: { serial: XYZ, blocked: true }
        """;
}
