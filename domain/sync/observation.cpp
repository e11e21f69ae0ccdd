#include "domain/sync/observation.hpp"

#include "base/invariant.hpp"
#include "domain/contacts/plan.hpp"
#include "domain/contacts/records.hpp"
#include "domain/rules/normalise.hpp"
#include "domain/sync/conflict_resolution.hpp"

#include <algorithm>

namespace tidemark::domain {
namespace {

using events::Field;
using events::FieldSet;
using events::Outcome;

constexpr std::size_t changes_in_window_max = 5; // rule 10: more is flapping
constexpr auto flapping_window = std::chrono::minutes{10};

/// Everything the comparison of one observation looks at.
struct Comparison {
  const Contact& contact;
  const ObserveRecord& command;
  const SyncRules& rules;
  const Cause& cause;
  const SystemRule* system;
  const ContactRecord* record; // null: first sight
  ObservedAt stated;           // when it came to be so
};

/// Will the system tell of our writes? If not, an old value there can only be a person's.
bool expects_echoes(const Comparison& c) {
  return (c.system && c.system->capabilities.echoes_writes) || (c.record && c.record->echoed);
}

/// A value of ours that came back.
struct Echo {
  const DeliveryId* delivery = nullptr; // null: it is none
  bool overtaken = false;               // a newer one of ours is on its way behind it
  explicit operator bool() const { return delivery != nullptr; }
};

/// Was nothing known of the record before the write, and is nothing stated that differs from it?
/// Then it is the first word of a record that we made: our create coming back, however late.
bool is_our_create(const Comparison& c, const WrittenValues& write) {
  bool by_key = false;
  for (const auto& [field, value] : c.command.fields)
    if (const auto* sent = write.values.find(field)) {
      if (!same_value(c.system, field, *sent, value.reveal()))
        return false;
      by_key |= field == Field::phone || field == Field::email;
    }
  return by_key && write.before.empty() && !c.record->heard;
}

/// In-flight values count, then written ones, the newest first.
Echo echo_of(const Comparison& c, Field field, const std::string& value, bool same_as_held) {
  if (!same_as_held)
    for (const auto& intent : c.contact.open) {
      const auto* sent = intent.fields.find(field);
      if (!sent && !c.record) // the first word of a record that it made
        sent = intent.context.find(field);
      if (intent.in_flight && intent.target == c.command.connector && sent
          && same_value(c.system, field, *sent, value))
        return {&intent.delivery, false};
    }
  if (!same_as_held && (!c.record || !c.record->heard))
    for (const auto& create : c.contact.unsure_creates)
      if (const auto* sent = create.sent.find(field);
          sent && create.target == c.command.connector && same_value(c.system, field, *sent, value))
        return {&create.delivery, false};
  if (!c.record)
    return {};
  const auto& written = c.record->written;
  const auto newest = std::find_if(written.rbegin(), written.rend(), [&](const auto& write) {
    const auto* sent = write.values.find(field);
    return sent && same_value(c.system, field, *sent, value)
           && (same_as_held
               || (since(write.at, c.stated) < echo_window
                   && (expects_echoes(c) || is_our_create(c, write))));
  });
  if (newest == written.rend())
    return {};
  const bool overtaken =
      std::any_of(written.rbegin(), newest,
                  [&](const auto& newer) { return newer.values.find(field) != nullptr; })
      || (!same_as_held && is_same_moment(*c.record, c.command.source_version));
  return {&newest->delivery, overtaken};
}

/// Does the record say what it held before a write of ours that it has not shown yet? Then it may
/// have said so before that write arrived.
bool is_from_before(const Comparison& c, Field field, const std::string& value) {
  if (!c.record)
    return false;
  return std::any_of(c.record->written.begin(), c.record->written.end(), [&](const auto& write) {
    const auto* before = write.before.find(field);
    return before && same_value(c.system, field, *before, value)
           && since(write.at, c.stated) < echo_window;
  });
}

/// Did we write what the record held just before?
bool reverts_our_write(const Comparison& c, Field field) {
  if (!c.record)
    return false;
  const auto* ours = c.record->ours.find(field);
  return ours && ours->stands && since(ours->at, c.stated) < echo_window;
}

/// Edits that people make are no flapping, however many: only turns of what we just wrote count.
bool is_flapping(const Comparison& c, Field field, std::size_t allowed = changes_in_window_max) {
  if (!reverts_our_write(c, field))
    return false;
  for (const auto& history : c.contact.history)
    if (history.field == field) {
      const auto recent =
          std::count_if(history.changes.begin(), history.changes.end(),
                        [&](Timestamp at) { return c.cause.now - at < flapping_window; });
      return static_cast<std::size_t>(recent) >= allowed;
    }
  return false;
}

/// Has no system stated the field yet?
bool is_unstated(const Comparison& c, Field field) {
  const auto* merged = c.contact.merged.find(field);
  return !merged || (merged->empty() && !c.contact.sources.find(field));
}

/// May the system not write the field, which nobody has stated yet? It may all the same give a
/// contact the phone or e-mail by which it is found at all.
bool is_not_authoritative(const Comparison& c, Field field) {
  const auto may_write = [&](Field one) { return c.rules.may_write(c.command.connector, one); };
  if (!is_unstated(c, field) || may_write(field))
    return false;
  const auto finds = [&](Field key) {
    return !identity_key(key, c.contact.merged.get(key)).empty()
           || (may_write(key) && !identity_key(key, c.command.fields.get(key)).empty());
  };
  const bool is_key = field == Field::phone || field == Field::email;
  return !is_key || finds(Field::phone) || finds(Field::email);
}

/// A phone or e-mail that can be none does not take the place of one while another system has that:
/// "ask office" would end the person's calls, texts and sync. Empty when it is not so.
std::optional<Statement> stronger_value(const Comparison& c, Field field,
                                        const std::string& value) {
  const auto& held = c.contact.merged.get(field);
  const auto& source = c.command.connector;
  if ((field != Field::phone && field != Field::email) || value.empty()
      || !identity_key(field, value).empty() || identity_key(field, held).empty()
      || c.rules.source_of_truth == source.value)
    return std::nullopt;
  const auto* stated_by = c.contact.sources.find(field);
  if (stated_by && *stated_by != source)
    return Statement{*stated_by, held};
  for (const auto& record : c.contact.records)
    if (record.live && record.connector != source
        && same_value(c.rules.find(record.connector), field, record.held.get(field), held))
      return Statement{record.connector, held};
  return std::nullopt;
}

/// Is the address all that is stated, of no record, as by whoever sends a text? Then the person was
/// found by it: it is known to be theirs, and says nothing of which of theirs to go by. Somebody
/// who texts from a number of before would else bring it back.
bool is_only_found_by(const Comparison& c, Field field, const std::string& value) {
  const auto& merged = c.contact.merged.get(field);
  return (field == Field::phone || field == Field::email) && c.command.remote_id.value.empty()
         && c.command.fields.size() == 1 && !identity_key(field, merged).empty()
         && !same_value(c.system, field, merged, value);
}

/// Should the contact take the value that the system states for a field it changed?
bool accepts(const Comparison& c, Field field, const std::string& value, Observation& out) {
  if (is_unstated(c, field))
    return true;
  const auto* merged = c.contact.merged.find(field);
  if (same_value(c.system, field, *merged, value))
    return false;
  const auto* source = c.contact.sources.find(field);
  const Statement held{source ? *source : ConnectorName{}, *merged};
  const Statement incoming{c.command.connector, value};
  if (held.system == c.command.connector) // its own word, newer
    return c.rules.may_write(c.command.connector, field);
  const auto* base = c.record ? c.record->held.find(field) : nullptr;
  const bool edited = base && same_value(c.system, field, *base, *merged);
  if (edited) { // three-way: the system knew the merged value and changed it
    if (c.rules.may_write(c.command.connector, field)) {
      if (const auto* ours = c.record->ours.find(field); ours && is_before(c.stated, ours->at))
        out.conflicts.push_back(conflict_between(field, held, incoming, {true, later_edit}));
      return true;
    }
    out.conflicts.push_back(conflict_between(field, held, incoming, {false, "sync.fields"}));
    return false;
  }
  FieldSet all = c.record ? c.record->held : FieldSet{};
  for (const auto& [f, v] : c.command.fields)
    all.set(f, v.reveal());
  auto resolution =
      resolve(field, held, incoming, full_name(c.contact.merged), full_name(all), c.rules);
  if (resolution.second_wins && !c.rules.may_write(c.command.connector, field))
    resolution = {false, "sync.fields"};
  out.conflicts.push_back(conflict_between(field, held, incoming, resolution));
  return resolution.second_wins;
}

/// The system states what the contact holds already, and outranks the system that has said so
/// before: from now on it is its word, so that the order in which systems speak changes nothing.
bool reaffirms(const Comparison& c, Field field, const std::string& value) {
  const auto* merged = c.contact.merged.find(field);
  const auto* source = c.contact.sources.find(field);
  if (!merged || merged->empty() || !source || *source == c.command.connector
      || !same_value(c.system, field, *merged, value)
      || !c.rules.may_write(c.command.connector, field))
    return false;
  return resolve(field, {*source, *merged}, {c.command.connector, *merged}, "", "", c.rules)
      .second_wins;
}

/// A list repeats what the record has held all along: that has no age.
bool repeats_all(const Comparison& c) {
  return c.command.listed != ObservationSource::by_webhook
         && std::all_of(c.command.fields.begin(), c.command.fields.end(), [&](const auto& entry) {
              return same_value(c.system, entry.first, c.record->held.get(entry.first),
                                entry.second.reveal());
            });
}

bool is_older(const Comparison& c) {
  return c.record && !c.record->source_version.empty() && !c.command.source_version.empty()
         && c.command.source_version < c.record->source_version && !repeats_all(c);
}

/// Does the record state what a create that is out, or whose id we were not told, was to make?
bool recreates(const Comparison& c) {
  const auto holds_same = [&](const FieldSet& fields) {
    return std::all_of(c.command.fields.begin(), c.command.fields.end(), [&](const auto& entry) {
      return !c.system || !c.system->capabilities.unchangeable.has(entry.first)
             || same_value(c.system, entry.first, fields.get(entry.first), entry.second.reveal());
    });
  };
  if (c.record)
    return holds_same(c.record->held);
  return std::any_of(c.contact.open.begin(), c.contact.open.end(), [&](const auto& open) {
    return open.in_flight && open.target == c.command.connector
           && open.operation == events::Operation::create && open.replaces != c.command.remote_id
           && holds_same(open.fields);
  });
}

/// Does it tell of a time before the record was deleted? By its own clock; without one, when it
/// says nothing that was not known of it, as our own last write coming back does.
bool is_from_before_deletion(const Comparison& c) {
  const auto* deleted = deleted_record(c.contact, c.command.connector, c.command.remote_id);
  if (!deleted || c.record || c.command.removed)
    return false;
  if (!c.command.source_version.empty() && !deleted->source_version.empty())
    return c.command.source_version <= deleted->source_version;
  return std::all_of(c.command.fields.begin(), c.command.fields.end(), [&](const auto& entry) {
    const auto* held = deleted->held.find(entry.first);
    return held && same_value(c.system, entry.first, *held, entry.second.reveal());
  });
}

/// The record that speaks, where another took its place; null when it is in use.
const ContactRecord* replaced_speaker(const Comparison& c) {
  if (c.record && c.record->remote_id == c.command.remote_id)
    return nullptr; // it was once, and is in use again
  const auto at =
      std::find_if(c.contact.records.begin(), c.contact.records.end(), [&](const auto& record) {
        return record.replaced && record.connector == c.command.connector
               && record.remote_id == c.command.remote_id;
      });
  return at == c.contact.records.end() || recreates(c) ? nullptr : &*at;
}

/// Does it state another value of what no call can change there? Then a person changed it, and the
/// record that took its place was made by who had not heard of that.
bool has_moved(const Comparison& c) {
  const bool of_unknown_age =
      c.command.listed == ObservationSource::by_reprocess && c.command.source_version.empty();
  return !c.command.removed && !of_unknown_age && !is_older(c)
         && std::any_of(c.command.fields.begin(), c.command.fields.end(), [&](const auto& entry) {
              const auto* held = c.record->held.find(entry.first);
              return c.system && c.system->capabilities.unchangeable.has(entry.first) && held
                     && !identity_key(entry.first, entry.second.reveal()).empty()
                     && !same_value(c.system, entry.first, *held, entry.second.reveal());
            });
}

/// Sorts the stated fields into echoes and edits, and lets the edits into the contact.
class FieldClassifier {
public:
  FieldClassifier(const Comparison& c, Observation& out) : c_(c), out_(out) {}

  void run() {
    // A look-up's answer may be older than what the record itself has said by now, and has no time.
    const bool heard_before =
        c_.command.listed == ObservationSource::by_look_up && c_.record && !c_.record->held.empty();
    if (!heard_before)
      for (const auto& [field, pii] : c_.command.fields)
        classify(field, pii.reveal());
    settle_doubts();
    conclude();
  }

private:
  void set_aside(Field field, Reason why) { out_.set_aside[field] = why; }

  void classify(Field field, const std::string& value) {
    const auto& c = c_;
    const auto* held = c.record ? c.record->held.find(field) : nullptr;
    const bool same_as_held = held ? same_value(c.system, field, *held, value) : value.empty();
    if (const auto echo = echo_of(c, field, value, same_as_held)) {
      ++echoes_;
      if (echo.overtaken)
        set_aside(field, Reason::from_before_our_write);
      if (!echo.overtaken || out_.echo_of.value.empty())
        out_.echo_of = *echo.delivery;
    } else if (same_as_held) {
      // nothing new
    } else if (!is_from_before(c, field, value)) {
      edit(field, value);
    } else if (expects_echoes(c)) {
      ++late_;
      set_aside(field, Reason::from_before_our_write);
    } else {
      doubts_.emplace_back(field, &value);
    }
  }

  void edit(Field field, const std::string& value) {
    ++edits_;
    const auto& merged = c_.contact.merged.get(field);
    if (is_flapping(c_, field) && !same_value(c_.system, field, merged, value)) {
      ++flaps_;
      return set_aside(field, Reason::flapping);
    }
    if (is_only_found_by(c_, field, value))
      return;
    if (const auto stronger = stronger_value(c_, field, value))
      return keep_current(field, value, *stronger);
    if (is_not_authoritative(c_, field)) {
      ++barred_;
      return set_aside(field, Reason::source_of_truth);
    }
    if (reaffirms(c_, field, value))
      return out_.changed.set(field, merged);
    if (!accepts(c_, field, value, out_))
      return;
    out_.changed.set(field, value);
    if (reverts_our_write(c_, field))
      out_.against_ours.add(field);
  }

  /// The system gets the valid value back; one that turns that at once is let have its own.
  void keep_current(Field field, const std::string& value, const Statement& valid) {
    if (is_flapping(c_, field, 1)) {
      ++flaps_;
      return set_aside(field, Reason::flapping);
    }
    const auto rule = field == Field::phone ? valid_phone_wins : valid_email_wins;
    out_.conflicts.push_back(
        conflict_between(field, valid, {c_.command.connector, value}, {false, std::string(rule)}));
  }

  /// No echo tells whether our write had arrived. A webhook is sent because something changed: when
  /// that is another field, the old value only came along; when nothing else did, it is the change.
  /// A list tells of no change at all.
  void settle_doubts() {
    const bool something_else = edits_ > 0 || c_.command.listed != ObservationSource::by_webhook;
    for (const auto& [field, value] : doubts_)
      if (something_else)
        set_aside(field, Reason::from_before_our_write);
      else
        edit(field, *value);
  }

  void conclude() {
    TIDEMARK_INVARIANT(flaps_ + barred_ <= edits_, c_.cause.position); // each is one of the edits
    if (edits_ > 0) {
      out_.echo_of = {};
      const bool parked = out_.changed.empty() && flaps_ > 0;
      out_.outcome = parked              ? Outcome::parked
                     : barred_ == edits_ ? Outcome::skipped
                                         : Outcome::applied;
      out_.reason_code = flaps_ > 0          ? Reason::flapping
                         : barred_ == edits_ ? Reason::source_of_truth
                                             : Reason::none;
    } else if (echoes_ > 0) {
      end_as(out_, Outcome::echo_of, Reason::own_write_came_back);
    } else if (late_ > 0) {
      end_as(out_, Outcome::superseded, Reason::from_before_our_write);
    } else {
      out_.reason_code = Reason::nothing_new;
    }
  }

  const Comparison& c_;
  Observation& out_;
  std::size_t echoes_ = 0, edits_ = 0, late_ = 0, flaps_ = 0, barred_ = 0;
  std::vector<std::pair<Field, const std::string*>> doubts_;
};

void classify(const Comparison& c, Observation& out) {
  FieldClassifier(c, out).run();
  if (is_suppressed(c.contact.consent, c.command))
    end_as(out, Outcome::blocked, Reason::opted_out);
}

/// A record that another took the place of is outdated; one that a person gave another number
/// meanwhile is the person's all the same, if that number holds.
void observe_replaced(Comparison c, const ContactRecord& speaker, Observation& out) {
  c.record = &speaker;
  if (has_moved(c))
    classify(c, out);
  const bool holds = std::any_of(out.changed.begin(), out.changed.end(), [&](const auto& entry) {
    return c.system->capabilities.unchangeable.has(entry.first);
  });
  if (holds)
    return;
  out.changed = {};
  out.against_ours = {};
  out.set_aside = {};
  out.echo_of = {};
  end_as(out, Outcome::superseded, Reason::record_replaced);
}

} // namespace

Observation observe(const Contact& contact, const ObserveRecord& command, const SyncRules& rules,
                    const Cause& cause) {
  const Comparison c{contact,
                     command,
                     rules,
                     cause,
                     rules.find(command.connector),
                     record_for(contact, command.connector, command.remote_id),
                     observed_at(command.source_version, cause.now)};
  Observation out;
  // Without a version nobody can say what the record held since.
  const bool of_unknown_age = command.listed == ObservationSource::by_reprocess
                              && command.source_version.empty() && c.record;
  if (is_older(c) || of_unknown_age)
    end_as(out, Outcome::superseded, Reason::older_than_known);
  else if (is_from_before_deletion(c))
    end_as(out, Outcome::superseded, Reason::record_deleted);
  else if (const auto* speaker = replaced_speaker(c))
    observe_replaced(c, *speaker, out);
  else if (command.removed)
    c.record ? end_as(out, Outcome::applied, Reason::record_removed)
             : end_as(out, Outcome::no_change, Reason::record_not_known);
  else
    classify(c, out);
  return out;
}

} // namespace tidemark::domain
