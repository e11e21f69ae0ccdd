#include "domain/rules/capabilities.hpp"
#include "events/codec.hpp"
#include "gateway/api/context.hpp"
#include "gateway/api/refusal.hpp"
#include "gateway/operations/alerts.hpp"
#include "gateway/page/help_texts.hpp"
#include "gateway/page/html.hpp"
#include "gateway/page/routes.hpp"
#include "gateway/page/system_word.hpp"

#include <algorithm>
#include <map>

namespace tidemark::gateway {
namespace {

/// Whom the page is about: the tenant in the path, or the only one.
struct Subject {
  std::optional<TenantId> tenant; ///< none: several, and none was named
  std::string base;               ///< leads from the page to the folder of docs/
};

Result<Subject> subject_of(const ApiContext& api) {
  const auto& tenants = api.options.tenants;
  const auto& parts = api.request.target.segments;
  const bool named = !parts.empty() && parts[0] == "t";
  std::string base;
  for (std::size_t below = named ? 3 : 1; below < parts.size(); ++below)
    base += "../";
  if (api.request.target.trailing_slash)
    base += "../";
  const auto is_public = [&](const TenantId& tenant) {
    return !api.options.private_pages.contains(tenant);
  };
  if (named) {
    const TenantId tenant(api.segment("tenant"));
    if (std::find(tenants.begin(), tenants.end(), tenant) == tenants.end() || !is_public(tenant))
      return Error{"not_found", "there is nothing at this path"};
    return Subject{tenant, base};
  }
  if (tenants.size() != 1)
    return Subject{std::nullopt, base};
  if (!is_public(tenants.front()))
    return Error{"not_found", "there is nothing at this path"};
  return Subject{tenants.front(), base};
}

/// A connector of the tenant, for people.
struct System {
  std::string name;  ///< as the configuration has it
  std::string title; ///< CRM (GoHighLevel) and the like
  const connectors::Connector* connector = nullptr;
  SystemView view;
  bool receives = true;
};

std::string title_of(const connectors::Connector& connector) {
  if (connector.type == "gohighlevel")
    return "CRM (GoHighLevel)";
  if (connector.type == "aloware")
    return "Dialer (Aloware)";
  if (connector.type == "verity")
    return "Texting (Verity)";
  return std::string(connector.title);
}

std::vector<System> systems_of(const ApiContext& api, const TenantId& tenant) {
  std::map<std::string, domain::ConnectorReport> reports;
  for (auto& report : api.ports.health.connectors())
    if (report.tenant == tenant)
      reports.emplace(report.connector.value, report);
  std::vector<System> out;
  std::map<std::string, int> titles;
  for (const auto& source : api.options.sources)
    if (source.tenant == tenant && source.connector)
      ++titles[title_of(*source.connector)];
  for (const auto& source : api.options.sources) {
    if (source.tenant != tenant || !source.connector)
      continue;
    System one{source.settings.name.value, title_of(*source.connector), source.connector, {}, true};
    if (titles[one.title] > 1) // two of a kind are told apart by their names
      one.title += " " + one.name;
    if (const auto report = reports.find(one.name); report != reports.end()) {
      one.view = view_of(report->second, api.now());
      one.receives = report->second.receives;
    } else {
      one.view.because = "It has not reported since Tidemark was started.";
    }
    out.push_back(std::move(one));
  }
  return out;
}

std::string ago(const std::optional<Timestamp>& at, Timestamp now) {
  return at ? age_text(now - *at) + " ago" : "not since the start";
}

std::string rows_of(const std::vector<System>& systems, Timestamp now) {
  std::string out = "<table><thead><tr><th scope=\"col\">System</th><th scope=\"col\">Now</th><th "
                    "scope=\"col\">Why</th><th scope=\"col\">Last proof</th></tr></thead><tbody>";
  for (const auto& one : systems)
    out += "<tr><th scope=\"row\">" + escaped(one.title) + "</th><td><span class=\"w "
           + std::string(word_class(one.view.word)) + "\">" + std::string(word_text(one.view.word))
           + "</span></td><td>" + escaped(one.view.because)
           + (one.view.wait.empty() ? "" : " " + escaped(one.view.wait)) + "</td><td>answered "
           + ago(one.view.answered, now) + ", took something " + ago(one.view.taken, now)
           + ", took our key " + ago(one.view.key_checked, now) + "</td></tr>";
  return out + "</tbody></table>";
}

std::vector<SystemView> views_of(const std::vector<System>& systems) {
  std::vector<SystemView> out;
  for (const auto& one : systems)
    out.push_back(one.view);
  return out;
}

/// What the office has to know of what IT knows: how many, no names.
std::string attention_html(const ApiContext& api, const TenantId& tenant) {
  const auto active = active_alerts(alert_sources(api.scan, api.ports, api.options, tenant));
  if (!active)
    return "<p>What IT has been told of cannot be read now.</p>";
  const auto critical = std::count_if(active->begin(), active->end(), [](const auto& alert) {
    return alert.severity == "critical";
  });
  if (active->empty())
    return "<p>IT has no open alert.</p>";
  return "<p>" + std::to_string(active->size())
         + (active->size() == 1 ? " alert is" : " alerts are") + " open at IT"
         + (critical > 0 ? ", " + std::to_string(critical) + " of them urgent" : "")
         + ". The service's own list of them is theirs to look at (tidemark status).</p>";
}

/// To be copied, filled in and sent; nothing leaves the browser by it.
std::string report_html(const ApiContext& api, const std::vector<System>& systems) {
  std::string text =
      "What I wanted to do:\nIn which system:\nWhat I expected:\nWhat happened:\nWhen "
      "(date and time):\nWhat I tried already:\n\nState of the page at "
      + time_text(api.now()) + ":\n";
  for (const auto& one : systems)
    text += one.title + ": " + std::string(word_text(one.view.word)) + "\n";
  text += "Reference: position " + std::to_string(api.ports.log.durable().value) + "\n";
  return "<h2>Tell IT</h2><p>Copy this, fill it in and send it to IT. Write no text of a message "
         "into "
         "it; a phone number is enough to find the person.</p><pre>"
         + escaped(text) + "</pre>";
}

Answer page(const ApiContext& api, const Subject& subject, std::string title, std::string main) {
  return html_answer(
      {std::move(title), subject.base, std::move(main), api.now(), subject.tenant.has_value()});
}

/// A page about one tenant's systems; where there are several tenants and none is named, about the
/// engine alone.
template <class Body>
Answer tenant_page(const ApiContext& api, std::string title, Body body) {
  const auto subject = subject_of(api);
  if (!subject)
    return refusal(api, subject.error());
  if (!subject->tenant)
    return page(api, *subject, "Is it us?",
                "<p class=\"say\">"
                    + escaped(api.ports.health.accepting()
                                  ? "Tidemark takes changes."
                                  : "It is us: Tidemark cannot take changes now. Tell IT now.")
                    + "</p><p>Several companies are served here. IT gives you the address of your "
                      "own page.</p>");
  return page(api, *subject, std::move(title), body(*subject->tenant));
}

Answer show_overview(const ApiContext& api) {
  return tenant_page(api, "Is it us?", [&](const TenantId& tenant) {
    const auto systems = systems_of(api, tenant);
    return "<p class=\"say\">" + escaped(headline(views_of(systems), api.ports.health.accepting()))
           + "</p>" + rows_of(systems, api.now()) + attention_html(api, tenant)
           + std::string(causes_html) + report_html(api, systems);
  });
}

Answer show_integrations(const ApiContext& api) {
  return tenant_page(api, "Connected systems", [&](const TenantId& tenant) {
    std::string out;
    for (const auto& one : systems_of(api, tenant)) {
      const auto& can = one.connector->capabilities;
      out += "<h2>" + escaped(one.title) + "</h2><p><span class=\"w "
             + std::string(word_class(one.view.word)) + "\">"
             + std::string(word_text(one.view.word)) + "</span>. " + escaped(one.view.because)
             + "</p><p>"
             + (!one.receives     ? "It tells us of changes; nothing is sent to it."
                : can.contact_api ? "Contacts go both ways."
                : can.forwards_from.empty()
                    ? "It tells us of what people write."
                    : "It hears of contacts from the CRM's messages, which are passed on to it.")
             + (can.sends_messages && one.receives ? " Texts leave through it." : "") + "</p>";
    }
    return out;
  });
}

Answer show_data_flow(const ApiContext& api) {
  return tenant_page(api, "What goes where", [&](const TenantId& tenant) {
    const auto systems = systems_of(api, tenant);
    std::string out = "<p>From the system on the left, a change goes to those on the right.</p>"
                      "<table><thead><tr><th scope=\"col\">From</th><th scope=\"col\">To</th></tr>"
                      "</thead><tbody>";
    for (const auto& from : systems) {
      std::string to;
      for (const auto& other : systems) {
        const auto& can = other.connector->capabilities;
        const bool hears = can.contact_api ? true : can.forwards_from == from.connector->type;
        if (&other != &from && other.receives && hears)
          to += (to.empty() ? "" : ", ") + other.title;
      }
      out += "<tr><th scope=\"row\">" + escaped(from.title) + "</th><td>"
             + (to.empty() ? "nowhere" : escaped(to)) + "</td></tr>";
    }
    return out
           + "</tbody></table><p>An opt-out goes before everything else, to every system that is "
             "set up to be told.</p>";
  });
}

/// What happened, for people; "" for what says nothing to them.
std::string_view kind_text(std::string_view type) {
  static const std::map<std::string_view, std::string_view> names{
      {"webhook.received.v1", "a message came in"},
      {"contact.observed.v1", "a contact was compared"},
      {"contact.changed.v1", "a contact changed"},
      {"contact.conflict_decided.v1", "two systems differed, a rule decided"},
      {"delivery.intended.v1", "a change is to be passed on"},
      {"delivery.accepted.v1", "a change was taken"},
      {"delivery.rejected.v1", "a change was refused"},
      {"delivery.retry_scheduled.v1", "a change is to be tried again"},
      {"delivery.died.v1", "a change was given up"},
      {"delivery.suppressed.v1", "a change was held back on purpose"},
      {"action.accepted.v1",
       "something besides values was taken: an opt-out, a note, a tag, a list, a text"},
      {"call.observed.v1", "a call was recorded"},
      {"message.observed.v1", "a text was recorded"},
      {"consent.changed.v1", "an opt-out or opt-in was recorded"},
      {"contact.consent_applied.v1", "an opt-out or opt-in was applied"},
      {"connector.paused.v1", "a system was paused"},
      {"connector.resumed.v1", "a system goes on"},
      {"connector.noted.v1", "somebody noted an outage of a system"},
      {"connector.note_cleared.v1", "the note on an outage was taken away"},
      {"sending.stopped.v1", "all sending was stopped"},
      {"sending.resumed.v1", "sending goes on"},
  };
  const auto found = names.find(type);
  return found == names.end() ? std::string_view() : found->second;
}

/// The newest lines of the log about the tenant, newest first: position, kind, system, time.
std::string events_html(const ApiContext& api, const TenantId& tenant,
                        const std::function<bool(std::string_view type)>& wanted) {
  constexpr std::uint64_t looked_at = 5000;
  constexpr std::size_t shown = 50;
  const auto& log = api.ports.log;
  const auto end = log.durable().value;
  std::map<std::string, std::string> titles;
  for (const auto& one : systems_of(api, tenant))
    titles.emplace(one.name, one.title);
  std::vector<std::string> rows;
  bool readable = true;
  const auto read = log.read(
      Position{end > looked_at ? end - looked_at : 0}, looked_at, [&](std::string_view record) {
        const auto header = events::read_header(record);
        if (!header) {
          readable = false;
          return false;
        }
        const auto kind = kind_text(header->type);
        if (header->tenant != tenant.value || kind.empty() || !wanted(header->type))
          return true;
        const auto view = events::read_record(record, false);
        if (!view) {
          readable = false;
          return false;
        }
        // webhook/<connector>, delivery/<connector>/<contact>, connector/<connector>
        const auto& stream = view->envelope.stream.value;
        const auto first = stream.find('/');
        const auto second = first == std::string::npos ? first : stream.find('/', first + 1);
        const auto name =
            first == std::string::npos
                ? std::string()
                : stream.substr(first + 1,
                                second == std::string::npos ? second : second - first - 1);
        const auto title = titles.find(name);
        rows.push_back("<tr><td>" + std::to_string(header->position.value) + "</td><td>"
                       + std::string(kind) + "</td><td>"
                       + (title == titles.end() ? "" : escaped(title->second)) + "</td><td>"
                       + time_html(view->envelope.recorded_at) + "</td></tr>");
        return true;
      });
  if (!read || !readable)
    return "<p>The log cannot be read now. Tell IT.</p>";
  if (rows.empty())
    return "<p>Nothing of the kind among the last " + std::to_string(looked_at) + " lines.</p>";
  std::string out =
      "<table><thead><tr><th scope=\"col\">Position</th><th scope=\"col\">What</th><th "
      "scope=\"col\">System</th><th scope=\"col\">When</th></tr></thead><tbody>";
  for (auto row = rows.rbegin();
       row != rows.rend() && row - rows.rbegin() < static_cast<std::ptrdiff_t>(shown); ++row)
    out += *row;
  return out + "</tbody></table><p>IT finds everything about a line by its position.</p>";
}

Answer show_events(const ApiContext& api) {
  return tenant_page(api, "What just happened", [&](const TenantId& tenant) {
    return events_html(api, tenant, [](std::string_view) { return true; });
  });
}

Answer show_sync_history(const ApiContext& api) {
  return tenant_page(api, "What was passed on", [&](const TenantId& tenant) {
    return events_html(api, tenant, [](std::string_view type) {
      return type.starts_with("delivery.") || type.starts_with("action.");
    });
  });
}

/// A text that is the same for everybody.
Answer show_text(const ApiContext& api, std::string title, std::string_view html) {
  const auto subject = subject_of(api);
  if (!subject)
    return refusal(api, subject.error());
  return page(api, *subject, std::move(title), std::string(html));
}

Answer show_workflows(const ApiContext& api) {
  return show_text(api, "What happens when", workflows_html);
}

Answer show_architecture(const ApiContext& api) {
  return show_text(api, "How it works", architecture_html);
}

Answer show_help_index(const ApiContext& api) {
  const auto subject = subject_of(api);
  if (!subject)
    return refusal(api, subject.error());
  std::string out = "<ul>";
  for (const auto& text : help_texts())
    out += "<li><a href=\"" + escaped(subject->base) + "docs/knowledge-base/"
           + std::string(text.slug) + "\">" + std::string(text.title) + "</a></li>";
  return page(api, *subject, "Help", out + "</ul>");
}

Answer show_help(const ApiContext& api) {
  for (const auto& text : help_texts())
    if (text.slug == api.segment("slug"))
      return show_text(api, std::string(text.title), text.html);
  return refusal(api, {"not_found", "there is no such page; /docs/knowledge-base lists them"});
}

/// For anyone, so by rate: whoever has no token may not keep the engine busy.
constexpr Route page_at(std::string_view path, AnswerHandler handler) {
  Route out{"page", "GET", path, Right::none, handler};
  out.limited = true;
  return out;
}

constexpr Route office_rows[] = {
    page_at("/docs/visual", show_overview),
    page_at("/docs/visual/status", show_overview),
    page_at("/docs/visual/integrations", show_integrations),
    page_at("/docs/visual/data-flow", show_data_flow),
    page_at("/docs/visual/events", show_events),
    page_at("/docs/visual/sync-history", show_sync_history),
    page_at("/docs/visual/workflows", show_workflows),
    page_at("/docs/visual/architecture", show_architecture),
    page_at("/docs/knowledge-base", show_help_index),
    page_at("/docs/knowledge-base/{slug}", show_help),
    page_at("/t/{tenant}/docs/visual", show_overview),
    page_at("/t/{tenant}/docs/visual/status", show_overview),
    page_at("/t/{tenant}/docs/visual/integrations", show_integrations),
    page_at("/t/{tenant}/docs/visual/data-flow", show_data_flow),
    page_at("/t/{tenant}/docs/visual/events", show_events),
    page_at("/t/{tenant}/docs/visual/sync-history", show_sync_history),
    page_at("/t/{tenant}/docs/visual/workflows", show_workflows),
    page_at("/t/{tenant}/docs/visual/architecture", show_architecture),
    page_at("/t/{tenant}/docs/knowledge-base", show_help_index),
    page_at("/t/{tenant}/docs/knowledge-base/{slug}", show_help),
};

} // namespace

constinit const Routes page_routes = office_rows;

} // namespace tidemark::gateway
