import type { Texts } from './texts.ts';

/** What the engine names, for people. */
export const words = {
  'service.departments': { en: 'Departments', de: 'Fachbereiche', es: 'Departamentos', pt: 'Departamentos' },
  'service.programs': { en: 'Programs', de: 'Studiengänge', es: 'Programas', pt: 'Cursos de estudo' },
  'service.subjects': { en: 'Courses', de: 'Kurse', es: 'Cursos', pt: 'Disciplinas' },
  'service.batches': { en: 'Groups', de: 'Gruppen', es: 'Grupos', pt: 'Grupos' },
  'service.students': { en: 'Students', de: 'Studierende', es: 'Estudiantes', pt: 'Estudantes' },
  'service.faculty': { en: 'Teachers', de: 'Lehrende', es: 'Docentes', pt: 'Docentes' },
  'service.enrolments': { en: 'Enrolments', de: 'Einschreibungen', es: 'Matrículas', pt: 'Inscrições' },
  'service.teaching': { en: 'Teaching', de: 'Lehre', es: 'Docencia', pt: 'Docência' },
  'service.attendance': { en: 'Attendance', de: 'Anwesenheit', es: 'Asistencia', pt: 'Presenças' },
  'model.all': {
    en: 'All records',
    de: 'Alle Datensätze',
    es: 'Todos los registros',
    pt: 'Todos os registos',
  },
  'instance.status.active': { en: 'active', de: 'aktiv', es: 'activo', pt: 'ativo' },
  'instance.status.paused': { en: 'paused', de: 'angehalten', es: 'en pausa', pt: 'em pausa' },
  'instance.status.disabled': { en: 'disabled', de: 'abgeschaltet', es: 'desactivado', pt: 'desativado' },
} as const satisfies Texts;
