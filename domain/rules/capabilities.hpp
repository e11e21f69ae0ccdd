#pragma once
#include "events/consent.hpp"
#include "events/format/field_mask.hpp"

#include <cstdint>
#include <initializer_list>
#include <string_view>

/// What a system can take, as data: connectors declare it, decisions read it.
namespace tidemark::domain {

using events::FieldMask;

/// A set of channels.
class ChannelSet {
public:
  constexpr ChannelSet(std::initializer_list<events::Channel> channels) {
    for (const auto channel : channels)
      bits_ |= bit(channel);
  }
  static constexpr ChannelSet all() {
    using enum events::Channel;
    return {sms, call, whatsapp, email};
  }
  constexpr bool has(events::Channel channel) const { return (bits_ & bit(channel)) != 0; }

private:
  static constexpr std::uint32_t bit(events::Channel channel) {
    return 1U << static_cast<unsigned>(channel);
  }
  std::uint32_t bits_ = 0;
};

struct TargetCapabilities {
  /// The system has calls that create or change contacts. Verity has none.
  bool contact_api = true;
  /// Takes webhooks of this connector type, byte for byte, instead of calls; "" for none. It gets
  /// every one about a contact (domain/sync/forwarding.hpp).
  std::string_view forwards_from{};
  /// Fields that its calls can write.
  FieldMask writable = FieldMask::all();
  /// A record cannot exist without these: `skipped(target_needs_<field>)`.
  FieldMask required{};
  /// Fields that cannot be changed on an existing record: a new value is a new record there, the
  /// old one is unlinked (Aloware's phone).
  FieldMask unchangeable{};
  /// It keeps one record per phone number, so the number finds the record.
  bool phone_is_key = false;
  /// Its calls find the record that has a phone number or an e-mail address.
  bool found_by_address = false;
  /// It surely sends webhooks also for changes that come through its calls. Where this is not
  /// known, a record's first echo shows it.
  bool echoes_writes = false;
  /// It can be told that a person must not be reached any more. A system without: the send gate
  /// alone keeps the opt-out there.
  bool opt_out_api = false;
  /// The channels by which it reaches people: what is closed on others is nothing to it.
  ChannelSet reaches_by = ChannelSet::all();
  bool shows_calls = false;    ///< calls of other systems can be shown with the contact
  bool shows_messages = false; ///< messages of other systems can be shown with the contact
  bool sends_messages = false; ///< it can send a text message to a number
  /// Setting or secret without which it cannot after all; "" for none.
  std::string_view sends_with{};
  bool keeps_lists = false;         ///< call lists that contacts can be put on and taken off
  bool keeps_owner = false;         ///< its users own contacts, and its calls can say who
  bool keeps_sequences = false;     ///< sequences that contacts can be put in
  bool keeps_custom_fields = false; ///< fields of its records can be mapped to custom ones of ours
  bool keeps_tags = false;          ///< its records have tags that its calls can add and remove
  /// How long equal bytes count as a repeat when the vendor gives no delivery id, in seconds (rule
  /// 11).
  std::uint32_t repeat_window_seconds = 60;
};

} // namespace tidemark::domain
