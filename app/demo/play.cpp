#include "app/demo/play.hpp"

#include "app/demo/verdict.hpp"
#include "base/text/joined.hpp"
#include "events/format/reason.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <thread>

namespace tidemark::demo {
namespace {

using std::chrono::milliseconds;
constexpr milliseconds between_looks{10};

Timestamp now() {
  return std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
}

double milliseconds_between(Timestamp from, Timestamp to) {
  return std::chrono::duration<double, std::milli>(to - from).count();
}

bool holds(const Record& record, const Fields& fields) {
  return std::ranges::all_of(fields, [&](const auto& field) {
    const auto found = record.fields.find(field.first);
    return field.first == "dnd" || (found != record.fields.end() && found->second == field.second);
  });
}

const std::vector<std::size_t> table_widths{13, 9, 12, 23};

/// `webhook.received.v1` without its version.
std::string short_type(const std::string& type) {
  return type.substr(0, type.rfind(".v"));
}

} // namespace

Result<bool> Play::wait_until(const std::function<Result<bool>()>& done) {
  const auto until = std::chrono::steady_clock::now() + patience_;
  for (;;) {
    auto is_done = done();
    if (!is_done || is_done.value())
      return is_done;
    if (auto why = ended_(); !why.empty())
      return Error{"ended", std::move(why)};
    if (std::chrono::steady_clock::now() > until)
      return false;
    std::this_thread::sleep_for(between_looks);
  }
}

Result<Played> Play::perform(std::size_t number, const Change& change) {
  screen_.heading(fmt::format("{:>2}  {}", number, change.title),
                  Systems::way_in(change.source, change.is_new()));
  if (!change.story.empty())
    screen_.text(change.story, 4, 0, Tone::faint);
  Scene scene{change, {}, {}, {}, {}, {}, {}};
  for (const auto step :
       {&Play::make, &Play::wait_for_arrivals, &Play::wait_for_the_log, &Play::measure})
    if (const auto done = (this->*step)(scene); !done) {
      if (done.error().code != "not_there")
        return done.error();
      screen_.text(done.error().text, 4, 0, Tone::bad);
      return Played{change.title, 0, change.others.size(), 0, {done.error().text}};
    }
  if (!scene.chain.empty())
    newest_ = scene.chain.back().position;
  Played played{change.title, 0, change.others.size(), 0, {}};
  show(scene, played);
  return played;
}

Status Play::make(Scene& scene) {
  const auto& change = scene.change;
  std::optional<Record> record;
  if (!change.is_new()) {
    TRY(found, systems_.find(change.source, change.phone));
    record = std::move(found);
    if (!record)
      return Error{"not_there", fmt::format("{} does not have the contact that is to be edited",
                                            title_of(change.source))};
  }
  for (const auto& [system, ending] : change.others) {
    TRY(count, systems_.received(system));
    scene.received_before[system] = count;
  }
  if (change.rival) {
    TRYV(systems_.refuse_next_write(change.rival->system));
  }
  scene.began = now();
  auto made = systems_.write(change.source, record ? &*record : nullptr, change.fields);
  return made && change.rival ? rival_edits(scene) : made;
}

Status Play::rival_edits(const Scene& scene) {
  const auto& rival = *scene.change.rival;
  const auto refused = wait_until(
      [&] { return systems_.has_refused(rival.system, scene.received_before.at(rival.system)); });
  if (!refused)
    return refused.error();
  TRY(record, systems_.find(rival.system, scene.change.phone));
  if (!refused.value() || !record)
    return Error{"not_there",
                 fmt::format("the engine's write never came to {}", title_of(rival.system))};
  return systems_.write(rival.system, &*record, rival.changes);
}

Status Play::look(Scene& scene) {
  for (const auto& [system, ending] : scene.change.others) {
    auto& arrival = scene.arrivals[system];
    if (arrival.there)
      continue;
    TRY(record, systems_.find(system, scene.change.phone));
    arrival.record = std::move(record);
    arrival.there = arrival.record && holds(*arrival.record, scene.change.fields);
  }
  return Done{};
}

Status Play::wait_for_arrivals(Scene& scene) {
  const auto waited = wait_until([&]() -> Result<bool> {
    TRYV(look(scene));
    return std::ranges::all_of(scene.arrivals, [&](const auto& arrival) {
      return arrival.second.there || scene.change.others.at(arrival.first) != Ending::arrives;
    });
  });
  return waited ? Status(Done{}) : Status(waited.error());
}

Status Play::wait_for_the_log(Scene& scene) {
  const auto& change = scene.change;
  // Each look costs three of the 600 requests a minute that a token has: hence the longer pauses.
  milliseconds pause{20};
  const auto waited = wait_until([&]() -> Result<bool> {
    std::this_thread::sleep_for(pause);
    pause = std::min(pause * 2, milliseconds{640});
    TRY(contact, engine_.contact(change.phone));
    scene.contact = std::move(contact);
    if (scene.contact.is_null())
      return false;
    TRY(chain, engine_.chain(text_at(scene.contact, "id"), newest_));
    scene.chain = std::move(chain);
    scene.happened = read_chain(scene.chain, key_of(change.source));
    return missing_in_log(change, scene.contact, scene.happened).empty();
  });
  if (!waited)
    return waited.error();
  return look(scene); // what must not arrive has had its time now
}

Status Play::measure(Scene& scene) {
  for (auto& [system, arrival] : scene.arrivals) {
    if (!arrival.there)
      continue;
    TRY(took, systems_.took_effect(system, scene.received_before.at(system), arrival.record->id));
    if (took)
      arrival.ms = milliseconds_between(scene.began, *took);
  }
  return Done{};
}

void Play::show(const Scene& scene, Played& played) {
  screen_.blank();
  screen_.titles({"system", "arrived", "time", "record there", "outcome"}, table_widths, 4);
  for (const auto& [system, ending] : scene.change.others)
    show_outcome(scene, system, ending, played);
  if (scene.change.rival && scene.happened.conflicts.empty())
    played.missing.emplace_back("the log has no decision about the conflict");
  show_notes(scene);
  show_chain(scene);
}

void Play::show_outcome(const Scene& scene, System system, Ending ending, Played& played) {
  const auto& arrival = scene.arrivals.at(system);
  const bool wanted = ending == Ending::arrives;
  const bool right = arrival.there == wanted && arrival.ms.has_value() == wanted;
  screen_.row({{std::string(title_of(system))},
               {arrival.there ? "yes" : "no", !right          ? Tone::bad
                                              : arrival.there ? Tone::good
                                                              : Tone::plain},
               {arrival.ms ? fmt::format("{:.1f} ms", *arrival.ms) : "-"},
               {arrival.there ? arrival.record->id : "-"},
               {outcome_words(system, ending, scene.happened)}},
              table_widths, 4);
  auto faults = missing_for(system, ending, scene.contact, scene.happened);
  if (!arrival.there && wanted)
    faults.insert(faults.begin(), fmt::format("not there after {} s", patience_.count()));
  else if (arrival.there && !wanted)
    faults.insert(faults.begin(), "it has what it must not have");
  else if (!right)
    faults.insert(faults.begin(), "no request of ours brought it");
  if (faults.empty())
    ++played.as_wanted;
  for (const auto& fault : faults)
    played.missing.push_back(fmt::format("{}: {}", title_of(system), fault));
  played.slowest_ms = std::max(played.slowest_ms, arrival.ms.value_or(0));
}

void Play::show_notes(const Scene& scene) {
  const auto note = [&](std::string_view name, const std::string& text) {
    screen_.row({{std::string(name)}, {text}}, {10}, 4);
  };
  screen_.blank();
  if (scene.contact.is_null())
    return screen_.text("The engine does not know the contact.", 4, 0, Tone::bad);
  std::vector<std::string> mapped;
  for (const auto& record : at(scene.contact, "records"))
    if (const auto id = text_at(record, "remote_id"); !id.empty())
      mapped.push_back(text_at(record, "connector") + ":" + id);
  note("mapping", joined(mapped, " = "));
  for (const auto& [connector, position] : scene.happened.echoes)
    note("echo", fmt::format("{} told us of our own write (event {}): recognised, no edit",
                             title_of(connector), position));
  for (const auto& conflict : scene.happened.conflicts)
    note("conflict", fmt::format("{}: the value of {} stands, by rule {}", conflict.field,
                                 title_of(conflict.winner), conflict.rule));
  // Once for all systems that share outcome and reason.
  std::map<std::pair<std::string, std::string>, std::vector<std::string>> why;
  for (const auto& [target, decided] : scene.happened.decided)
    if (decided.first == "skipped" || decided.first == "blocked")
      why[decided].push_back(title_of(target));
  for (const auto& [decided, who] : why)
    note(decided.first,
         fmt::format("{}: {}", joined(who, ", "),
                     explain_reason(reason_named(decided.second).value_or(Reason::none)).text));
}

void Play::show_chain(const Scene& scene) {
  const std::vector<std::size_t> widths{7, 11, 25};
  screen_.blank();
  screen_.titles({"event", "after", "type", "contact " + text_at(scene.contact, "id")}, widths, 4);
  for (const auto& event : scene.chain)
    screen_.row({{fmt::format("{:>5}", event.position)},
                 {fmt::format("{:>6.1f} ms", milliseconds_between(scene.began, event.at))},
                 {short_type(event.type)},
                 {words_of(event)}},
                widths, 4);
}

} // namespace tidemark::demo
