import { Button } from '../../base/Button.js';
import { Icon } from '../../base/Icon.js';
import { visibleName } from '../../base/visible-name.js';
import { bytes } from '../../text/format.js';
import { text } from '../../text/text.js';

interface ChosenFilesProps {
  readonly files: readonly File[];
  readonly onFiles: (files: readonly File[]) => void;
}

/** The files that go with the next message; each can be taken away again. */
export function ChosenFiles({ files, onFiles }: ChosenFilesProps) {
  if (files.length === 0) return null;
  return (
    <ul className="chosen" aria-label={text('chat.files')}>
      {files.map((file, index) => {
        const name = visibleName(file.name);
        const label = text('chat.removeFile', { name });
        return (
          <li className="file-chip" key={index}>
            <Icon name="file" />
            <bdi className="file-name">{name}</bdi>
            <span className="file-size">{bytes(file.size)}</span>
            <Button
              kind="quiet"
              title={label}
              aria-label={label}
              icon={<Icon name="close" />}
              onClick={() => onFiles(files.filter((one) => one !== file))}
            />
          </li>
        );
      })}
    </ul>
  );
}
