#include "domain/consent/keywords.hpp"

#include <array>

namespace tidemark::domain {
namespace {

using enum PhraseUse;

constexpr auto phrases = std::to_array<Phrase>({
    // Requirement E6.2 with what the FCC (E1) and the providers (E5) know.
    {"en", "stop", stop},
    {"en", "stopall", stop},
    {"en", "quit", stop},
    {"en", "end", stop},
    {"en", "revoke", stop},
    {"en", "optout", stop},
    {"en", "cancel", stop},
    {"en", "unsubscribe", stop},
    {"en", "unsub", stop},
    {"en", "optmeout", stop},
    {"en", "remove", stop},
    {"en", "removeme", stop},
    {"en", "stopit", stop},
    {"en", "stoptexting", stop},
    {"en", "stoptextingme", stop},
    {"en", "no more", stop_alone},
    {"fr", "arret", stop},
    {"fr", "arrêt", stop},
    {"fr", "arreter", stop},
    {"fr", "arrêter", stop},
    {"fr", "arretez", stop},
    {"fr", "arrêtez", stop},
    {"fr", "desabonner", stop},
    {"fr", "désabonner", stop},
    {"fr", "desinscrire", stop},
    {"fr", "désinscrire", stop},
    {"fr", "td", stop_alone},   // also a bank, a touchdown
    {"es", "alto", stop_alone}, // Palo Alto
    {"es", "baja", stop_alone}, // Baja California
    {"es", "parar", stop},
    {"es", "pare", stop_alone}, // English verb
    {"es", "cancelar", stop},
    {"es", "detener", stop},
    {"es", "darse de baja", stop},
    {"es", "darme de baja", stop},
    {"es", "dar de baja", stop},
    {"es", "no mas", stop_alone},
    {"es", "no más", stop_alone},
    {"es", "no mas mensajes", stop},
    {"es", "no más mensajes", stop},
    {"de", "stopp", stop},
    {"de", "abmelden", stop},
    {"de", "abbestellen", stop},
    {"de", "keine sms mehr", stop},
    {"de", "keine nachrichten mehr", stop},
    {"pt", "sair", stop_alone}, // to go out, as friends do
    {"pt", "remover", stop},
    {"pt", "descadastrar", stop},
    {"pt", "cancele", stop},
    {"it", "basta", stop_alone}, // enough, also of bread
    {"it", "annulla", stop},
    {"it", "cancella", stop},
    {"it", "cancellami", stop},
    {"it", "disiscrivi", stop},
    {"it", "disiscrivimi", stop},
    {"zh", "退订", stop},
    {"zh", "停止", stop_alone}, // stops anything
    // No stop words, yet inside other text mostly the wish to be left alone.
    {"en", "unsubscribed", inside},
    {"en", "opted out", inside},
    {"en", "take me off", inside},
    {"en", "take my number off", inside},
    {"en", "leave me alone", inside},
    {"en", "lose my number", inside},
    {"en", "delete my number", inside},
    {"en", "no more texts", inside},
    {"en", "no more messages", inside},
    {"en", "dont text me", inside},
    {"en", "do not text me", inside},
    {"en", "never text me", inside},
    {"en", "dont message me", inside},
    {"en", "do not message me", inside},
    {"en", "dont contact me", inside},
    {"en", "do not contact me", inside},
    {"en", "never contact me", inside},
    {"en", "dont send me", inside},
    {"en", "do not send me", inside},
    {"en", "dont call", inside},
    {"en", "do not call", inside},
    {"en", "dnc", inside},
    {"en", "stop2end", inside},
    {"en", "wrong number", inside},
    {"en", "not interested", inside},
    {"en", "go away", inside},
    {"en", "fuck off", inside},
    {"en", "f off", inside},
    {"en", "harassment", inside},
    {"en", "report you", inside},
    {"en", "reported as spam", inside},
    {"en", "not intrested", inside},
    {"en", "wrong person", inside},
    {"en", "discontinue", review_alone},
    {"en", "spam", review_alone},
    {"en", "stopped", review_alone},
    {"en", "stoped", review_alone}, // or STOP, mistyped, as the next ones
    {"en", "sotp", review_alone},
    {"en", "stpo", review_alone},
    {"en", "st0p", review_alone},
    {"es", "no molestar", inside},
    {"es", "no moleste", inside},
    {"es", "no molesten", inside},
    {"es", "eliminar", review_alone}, // deletes anything
    {"es", "salir", review_alone},    // to go out
    {"pt", "pare de", inside},
    // Requirements E6.5, A1.6, A5.
    {"en", "help", help},
    {"en", "info", help},
    {"en", "assist", help},
    {"fr", "aide", help},
    {"es", "ayuda", help},
    {"de", "hilfe", help},
    {"pt", "ajuda", help},
    {"it", "aiuto", help},
    {"en", "start", resume},
    {"en", "unstop", resume},
    {"en", "resume", resume},
    {"en", "subscribe", resume},
    {"en", "optin", resume},
    {"en", "opt in", resume},
    {"fr", "reprendre", resume},
    {"es", "reanudar", resume},
    {"de", "anmelden", resume},
    {"pt", "retomar", resume},
    {"it", "riprendi", resume},
    {"en", "yes", resume_if_asked},
    {"fr", "oui", resume_if_asked},
    {"es", "si", resume_if_asked},
    {"es", "sí", resume_if_asked},
    {"de", "ja", resume_if_asked},
    {"pt", "sim", resume_if_asked},
    {"it", "sì", resume_if_asked},
});

constexpr auto classes = std::to_array<WordClass>({
    {"courtesy",
     "please|pls|plz|plse|kindly|thanks|thank you|thankyou|thx|ty|no thanks|no thank you"
     "|ok|okay|hi|hello|hey|sir|maam|madam|guys|and|but|just"
     "|svp|sil vous plait|sil vous plaît|sil te plait|sil te plaît|merci|bonjour"
     "|por favor|gracias|hola|bitte|danke|hallo|obrigado|obrigada|ola|olá"
     "|per favore|grazie|ciao"},
    {"ask", "i want to|i want you to|i would like to|i would like you to|id like to|id like you to"
            "|i wish to|i need to|i need you to|i am asking you to|im asking you to|i asked you to"
            "|i told you to|i said|can you|could you|would you|will you|you need to|you must"},
    {"compound", "nonstop|onestop|unstop|weekend|backend|frontend|highend|lowend|yearend"
                 "|monthend"},
    {"halt", "stop|stopall|quit|cease"},
    {"ending", "end|cancel|discontinue"},
    {"doing", "texting|txting|messaging|contacting|calling|emailing|sending|bothering|spamming"
              "|harassing"},
    {"reach", "text|txt|message|msg|contact"},
    {"do", "text|txt|message|msg|contact|call|email|send|bother|spam"},
    {"dont", "dont|do not|never|don t"},
    {"whom", "me|us|my number|my phone|my phone number|my cell|my name|this number|this phone"},
    {"det", "a|the|this|these|those|any|all|of|your|my|more|such|other"},
    {"it", "it|this|that|them|everything"},
    {"what", "text|texts|text messages|message|messages|msg|msgs|sms|spam|email|emails|call|calls"
             "|alerts|notifications|texting|messaging|subscription"},
    {"texts", "texts|text messages|messages|msgs|sms|spam|emails|alerts|notifications|subscription"
              "|subscriptions"},
    {"leave", "unsubscribe|unsub|optout"},
    {"remove", "remove|delete|cancel|unsubscribe"},
    {"take", "take|get"},
    {"from", "from|off|of|off of|out of"},
    {"list", "list|lists|mailing list|text list|sms list|contact list|call list|contacts|database"
             "|system|campaign|it|this|that|them|texts|text messages|messages|msgs|sms|emails"
             "|alerts|notifications|service"},
    {"unwanted", "i dont want|i do not want|i no longer want|dont want|do not want|no longer want"},
    {"receive", "to receive|receive|to get|receiving|getting"},
    {"more", "again|anymore|any more|any longer|ever|further"},
    {"now", "now|right now|right away|immediately|asap|at once|forever|for good|permanently"
            "|from now on|completely"},
});

constexpr auto patterns = std::to_array<std::string_view>({
    "<now>* <stop_word> <now>*",
    "i said <stop_word> <now>*",
    "<now>* <halt> <it> <now>*",
    "<ask>? cease desist <now>*",
    "<ask>? <now>* <halt> <doing> <whom>* <det>* <what>* <more>* <now>*",
    "<ask>? <now>* <halt> <doing> <det>* <what> to <whom> <more>* <now>*",
    "<ask>? <now>* <halt> <det>* <what>+ <more>* <now>*",
    "<ask>? <ending> <det>* <texts> <now>*",
    "<ask>? <leave> <whom>? <more>* <now>*",
    "<ask>? <leave> <whom>? <from> <det>* <list> <more>* <now>*",
    "<ask>? opt <whom> out <now>*",
    "<ask>? opt <whom> out <from> <det>* <list> <now>*",
    "<ask>? <remove> <whom> <now>*",
    "<ask>? <remove> <whom> <from> <det>* <list> <now>*",
    "<ask>? take <whom> off <now>*",
    "<ask>? <take> <whom> <from> <det>* <list> <now>*",
    "<ask>? leave <whom> alone <now>*",
    "<ask>? lose my number",
    "<dont> <do> <whom>+ <det>* <what>* <more>*",
    "<dont> <reach> <more>*",
    "<dont> send <det>* <texts> <more>*",
    "do not call <more>*",
    "no more <det>* <what>+ <now>*",
    "<unwanted> <receive>? <det>* <texts> <more>*",
    "<unwanted> <receive>? <det>* <texts> from you <more>*",
    "i? <ask>? revoke <det>* consent",
    "i? <ask>? withdraw <det>* consent",
});

} // namespace

std::span<const Phrase> recognition_phrases() {
  return phrases;
}
std::span<const WordClass> recognition_classes() {
  return classes;
}
std::span<const std::string_view> recognition_patterns() {
  return patterns;
}

} // namespace tidemark::domain
